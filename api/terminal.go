package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/coder/websocket"

	"godocker"
)

// A Terminal is a shell in a task, which somebody looks at. Its methods may be called
// concurrently, but for Read.
type Terminal struct{ ws *websocket.Conn }

// Terminal opens the shell with a name in a task, or begins it.
func (c *Client) Terminal(ctx context.Context, id int64, shell string, columns, rows int) (*Terminal, error) {
	var t Ticket
	path := taskPath(id) + "/terminal"
	if err := c.call(ctx, http.MethodPost, path, nil, &t); err != nil {
		return nil, err
	}
	ws, a, err := websocket.Dial(ctx, c.Server+"/api/1.0"+path, &websocket.DialOptions{HTTPClient: c.http,
		HTTPHeader: http.Header{"Authorization": {"Bearer " + c.token}}})
	if a != nil && a.Body != nil {
		defer a.Body.Close()
	}
	if err != nil {
		return nil, godocker.Errorf(godocker.Unavailable, "%s opens no terminal: %w; a proxy in front of it must pass WebSockets on", c.Server, err)
	}
	ws.SetReadLimit(-1) // it is the server's to be trusted
	k := &Terminal{ws}
	return k, k.tell(ctx, map[string]any{"ticket": t.Ticket, "shell": shell, "columns": columns, "rows": rows})
}

func (k *Terminal) tell(ctx context.Context, what any) error {
	text, err := json.Marshal(what)
	if err != nil {
		return err
	}
	return k.ws.Write(ctx, websocket.MessageText, text)
}

// Type sends what somebody types.
func (k *Terminal) Type(ctx context.Context, text []byte) error {
	return k.ws.Write(ctx, websocket.MessageBinary, text)
}

// Resize tells how large the terminal is now.
func (k *Terminal) Resize(ctx context.Context, columns, rows int) error {
	return k.tell(ctx, map[string]int{"columns": columns, "rows": rows})
}

// Follow shows what is printed until the shell ends, and returns its exit code. Its error is
// what the server said, or that the connection is lost.
func (k *Terminal) Follow(ctx context.Context, show func([]byte) error) (code int, err error) {
	seen := 0
	for {
		kind, text, err := k.ws.Read(ctx)
		if err != nil {
			return 0, k.why(err)
		}
		if kind == websocket.MessageText {
			var said struct{ Exit *int }
			if json.Unmarshal(text, &said) == nil && said.Exit != nil {
				return *said.Exit, nil
			}
			continue
		}
		if err := show(text); err != nil {
			return 0, err
		}
		seen += len(text)
		if err := k.tell(ctx, map[string]int{"seen": seen}); err != nil {
			return 0, k.why(err)
		}
	}
}

// why is what the server said at the end.
func (k *Terminal) why(err error) error {
	e, ok := errors.AsType[websocket.CloseError](err)
	if !ok || e.Reason == "" {
		return godocker.Errorf(godocker.Unavailable, "the connection is lost")
	}
	code := godocker.Unavailable
	switch e.Code {
	case 4000 + http.StatusForbidden:
		code = godocker.Denied
	case 4000 + http.StatusNotFound:
		code = godocker.NotFound
	case 4000 + http.StatusConflict:
		code = godocker.Conflict
	}
	return godocker.Errorf(code, "%s", e.Reason)
}

// Close leaves.
func (k *Terminal) Close() error { return k.ws.Close(websocket.StatusNormalClosure, "") }
