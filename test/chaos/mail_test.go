package chaos

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mailTime is how long mails may take that the kill of a server has kept back.
const mailTime = time.Minute

// mailServer starts a mail server that keeps what it gets in a folder.
func mailServer(t *testing.T) (port int, folder string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	folder = filepath.Join(t.TempDir(), "mail")
	cmd := exec.CommandContext(t.Context(), "aiosmtpd", "-n", "-l", address, "-c", "aiosmtpd.handlers.Mailbox", folder)
	if err := cmd.Start(); err != nil {
		t.Fatalf("these tests need a mail server: run `make test`, which installs it: %v", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for end := time.Now().Add(startTime); ; <-tick.C {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return l.Addr().(*net.TCPAddr).Port, folder
		}
		if time.Now().After(end) {
			t.Fatal("the mail server does not answer")
		}
	}
}

// mailed waits until there is a mail about the end of each task.
func mailed(t *testing.T, folder string, ids []int64) {
	t.Helper()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for end := time.Now().Add(mailTime); ; <-tick.C {
		var missing []int64
		all := mailTexts(t, folder)
		for _, id := range ids {
			if !strings.Contains(all, fmt.Sprintf("Subject: Task %d: over\n", id)) {
				missing = append(missing, id)
			}
		}
		if len(missing) == 0 && len(ids) > 0 {
			return
		}
		if time.Now().After(end) {
			t.Errorf("of %d tasks, nobody was told of the end of %v", len(ids), missing)
			return
		}
	}
}

func mailTexts(t *testing.T, folder string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "new", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(strings.ReplaceAll(string(b), "\r\n", "\n"))
	}
	return all.String()
}
