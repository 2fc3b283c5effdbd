package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/internal/fetch"
)

const loopback = "127.0.0.0/8"

func fetcher(t *testing.T, networks ...string) *fetch.Fetcher {
	t.Helper()
	f, err := fetch.New(networks)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// get fetches a file of at most 1000 bytes.
func get(t *testing.T, f *fetch.Fetcher, text string) (string, error) {
	t.Helper()
	u, err := godocker.ParseURI(text)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	n, err := f.Fetch(t.Context(), u, &b, 1000, func(int64, int64) {})
	if err == nil && n != int64(b.Len()) {
		t.Errorf("%d bytes came, and Fetch says %d", b.Len(), n)
	}
	return b.String(), err
}

// refused checks an error: its words, whether it may pass, and that it keeps secrets.
func refused(t *testing.T, what string, err error, words string, again bool) {
	t.Helper()
	e, ok := errors.AsType[*fetch.Error](err)
	if !ok || !strings.Contains(e.Why, words) || e.Again != again || strings.Contains(e.Why, "secret") {
		t.Errorf("%s: %v, want %q, passing: %t", what, err, words, again)
	}
}

func web(t *testing.T, h http.HandlerFunc) (url, address string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL, strings.TrimPrefix(s.URL, "http://")
}

func TestHTTP(t *testing.T) {
	referer := ""
	var url, address string
	url, address = web(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		switch r.URL.Path {
		case "/hello":
			fmt.Fprint(w, "hello "+user+":"+password+" "+r.URL.RawQuery)
		case "/code":
			code := 0
			_, _ = fmt.Sscan(r.URL.RawQuery, &code)
			http.Error(w, "secret", code)
		case "/to":
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
		case "/there":
			referer = r.Header.Get("Referer")
			fmt.Fprint(w, "there")
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/short":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "x")
		case "/large":
			w.Header().Set("Content-Length", "1001")
			fmt.Fprint(w, strings.Repeat("x", 1001))
		case "/endless":
			for range 1001 {
				fmt.Fprint(w, "x")
				w.(http.Flusher).Flush()
			}
		case "/packed":
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "packed")
		}
	})
	f := fetcher(t, loopback)
	for path, want := range map[string]string{"/hello?a=b": "hello ann:secret a=b", "/to?to=/there": "there", "/packed": "packed"} {
		if got, err := get(t, f, "http://ann:secret@"+address+path); err != nil || got != want {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	if referer != "" {
		t.Errorf("the next server hears of %q", referer)
	}
	for path, want := range map[string]struct {
		words string
		again bool
	}{
		"/code?404":                     {"404 Not Found", false},
		"/code?401":                     {"401 Unauthorized", false},
		"/code?204":                     {"204 No Content", false},
		"/code?503":                     {"503 Service Unavailable", true},
		"/code?429":                     {"429", true},
		"/to?to=file:///etc/passwd":     {"redirects to what is no http", false},
		"/to?to=ftp://127.0.0.1/secret": {"redirects to what is no http", false},
		"/round":                        {"more than ten times", false},
		"/short":                        {"too early", true},
		"/large":                        {"larger than the 1 kB", false},
		"/endless":                      {"larger than the 1 kB", false},
	} {
		_, err := get(t, f, "http://ann:secret@"+address+path)
		refused(t, path, err, want.words, want.again)
	}
	_, err := get(t, f, "http://no-such-host.invalid/secret")
	refused(t, "unknown host", err, "host", !strings.Contains(fmt.Sprint(err), "does not exist"))
	_, err = get(t, f, "http://127.0.0.1:1/secret")
	refused(t, "closed port", err, "takes no connections", true)

	// What a redirection leads to is looked at as well.
	inner, _ := web(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "private") })
	inner = strings.Replace(inner, "127.0.0.1", "127.0.0.2", 1)
	_, err = get(t, fetcher(t, "127.0.0.1/32"), url+"/to?to="+inner)
	refused(t, "redirected inside", err, "private address", false)
}

func TestTLS(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	_, err := get(t, fetcher(t, loopback), s.URL+"/secret")
	refused(t, "a certificate of its own", err, "certificate is not trusted", false)
}

// Nothing inside is reached, in whatever way its address is written.
func TestPrivateAddresses(t *testing.T) {
	hits := 0
	_, address := web(t, func(http.ResponseWriter, *http.Request) { hits++ })
	_, port, _ := net.SplitHostPort(address)
	l, err := net.Listen("tcp", "[::]:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port6, _ := net.SplitHostPort(l.Addr().String())
	hosts := []string{"127.0.0.1", "localhost", "0.0.0.0", "0", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::1]", "[::]",
		"[fe80::1%25lo]", "[fd00:ec2::254]", "169.254.169.254", "10.0.0.1", "100.100.100.200", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]"}
	f := fetcher(t)
	for _, host := range hosts {
		for _, scheme := range []string{"http", "https", "ftp"} {
			for _, p := range []string{port, port6} {
				got, err := get(t, f, scheme+"://"+host+":"+p+"/x")
				e, ok := errors.AsType[*fetch.Error](err)
				if !ok || !strings.Contains(e.Why, "private address") && !strings.Contains(e.Why, "host") {
					t.Errorf("%s at %s: %q, %v", scheme, host, got, err)
				}
			}
		}
	}
	if hits > 0 {
		t.Errorf("the server was asked %d times", hits)
	}
	if _, err := get(t, fetcher(t, "127.0.0.1/32"), "http://[::ffff:127.0.0.1]:"+port+"/x"); err != nil || hits != 1 {
		t.Errorf("allowed: %v, %d", err, hits)
	}
	for _, bad := range []string{"10.0.0.1", "x", "10.0.0.0/33", ""} {
		if _, err := fetch.New([]string{bad}); err == nil {
			t.Errorf("%q is taken for a network", bad)
		}
	}
}

func TestStops(t *testing.T) {
	asked := make(chan struct{})
	_, address := web(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		close(asked)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	u, err := godocker.ParseURI("http://" + address + "/x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fetcher(t, loopback).Fetch(ctx, u, &bytes.Buffer{}, 10, func(int64, int64) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}

// ftpServer serves a folder; with a user, to nobody else.
func ftpServer(t *testing.T, dir string, args ...string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", append([]string{"-m", "pyftpdlib", "-i", "127.0.0.1", "-p", port, "-d", dir}, args...)...)
	if err := cmd.Start(); err != nil {
		t.Fatalf("there is no ftp server for this test; run `make test`, which installs it: %v", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); ; <-tick.C {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return address
		}
		if time.Now().After(end) {
			t.Fatal("the ftp server does not answer; run `make test`, which installs it")
		}
	}
}

func TestFTP(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a file": "hello", "large": strings.Repeat("x", 1001), "empty": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := fetcher(t, loopback)
	open, closed := ftpServer(t, dir), ftpServer(t, dir, "-u", "ann", "-P", "secret")
	for url, want := range map[string]string{"ftp://" + open + "/a%20file": "hello", "ftp://ann:secret@" + closed + "/a%20file": "hello", "ftp://" + open + "/empty": ""} {
		if got, err := get(t, f, url); err != nil || got != want {
			t.Errorf("%s: %q, %v", url, got, err)
		}
	}
	for url, words := range map[string]string{
		"ftp://" + open + "/secret":                "550",
		"ftp://" + open + "/large":                 "larger than the 1 kB",
		"ftp://ann:secretly@" + closed + "/a file": "530",
		"ftp://" + closed + "/a file":              "530",
	} {
		_, err := get(t, f, url)
		refused(t, url, err, words, false)
	}
}

// A server that talks for ever is not listened to for ever, and one that sends its
// guests elsewhere is not obeyed.
func TestHostileFTP(t *testing.T) {
	elsewhere, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	defer elsewhere.Close()
	_, port, _ := net.SplitHostPort(elsewhere.Addr().String())
	var high, low int
	_, _ = fmt.Sscan(port, &low)
	high, low = low/256, low%256
	answers := map[string]string{"USER": "331 ok", "PASS": "230 ok", "FEAT": "211 no", "TYPE": "200 ok", "SIZE": "213 5", "EPSV": "500 no", "OPTS": "200 ok",
		"PASV": fmt.Sprintf("227 ok (127,0,0,2,%d,%d)", high, low)}
	address := talker(t, func(c net.Conn, line string) {
		answer := answers[line[:min(4, len(line))]]
		if answer == "" {
			answer = "421 secret"
		}
		fmt.Fprint(c, answer+"\r\n")
	})
	_, err = get(t, fetcher(t, "127.0.0.1/32"), "ftp://"+address+"/x")
	refused(t, "sent elsewhere", err, "takes no connections", true) // at that port of its own
	address = talker(t, func(c net.Conn, _ string) {
		for range 1 << 20 {
			if _, err := fmt.Fprint(c, "331-secret\r\n"); err != nil {
				return
			}
		}
	})
	_, err = get(t, fetcher(t, loopback), "ftp://"+address+"/x")
	refused(t, "talks for ever", err, "talks too much", false)
}

// talker answers each line of its clients.
func talker(t *testing.T, answer func(net.Conn, string)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				fmt.Fprint(c, "220 hello\r\n")
				for buf := make([]byte, 1000); ; {
					n, err := c.Read(buf)
					if err != nil {
						return
					}
					answer(c, string(buf[:n]))
				}
			}()
		}
	}()
	return l.Addr().String()
}
