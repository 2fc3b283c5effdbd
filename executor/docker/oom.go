package docker

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// killedCode is the exit code of what was ended by KILL, as the kernel ends what is out of memory.
const killedCode = 137

// lateKill is by how much the engine may hear of the end before it hears of its reason.
const lateKill = 200 * time.Millisecond

// outOfMemory reports whether the kernel ended an attempt for its memory. Older engines miss it in the state of the
// container if they hear of its end first, but have it among their events.
func (e *Engine) outOfMemory(ctx context.Context, c container.InspectResponse) bool {
	if c.State.OOMKilled || c.State.ExitCode != killedCode {
		return c.State.OOMKilled
	}
	began, ended := moment(c.State.StartedAt), moment(c.State.FinishedAt)
	if ended.Before(began) || limitOf(c) == 0 {
		return false
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	got := e.api.Events(ctx, client.EventsListOptions{Since: stamp(began), Until: stamp(ended.Add(lateKill)),
		Filters: client.Filters{}.Add("container", c.ID).Add("event", "oom")})
	select {
	case <-got.Messages:
		return true
	case err := <-got.Err:
		if !errors.Is(err, io.EOF) { // which is that all were told
			e.log.Warn("the engine does not tell whether memory ran out", "container", c.ID, "error", err)
		}
		return false
	}
}

// stamp is a moment as the engine takes it.
func stamp(t time.Time) string {
	return strconv.FormatInt(t.Unix(), 10) + "." + strconv.Itoa(1e9 + t.Nanosecond())[1:]
}
