package webport

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"godocker"
)

// A notice is what the door itself says, in place of a task.
type notice struct {
	status      int
	title, text string
	again       bool   // it may be otherwise in a moment
	link        string // the installation's page, where it may help; "" = it does not
}

var noticePage = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 15vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; }
</style>
<h1>{{.Title}}</h1>
<p role="status">{{.Text}}</p>
{{if .Link}}<p><a href="{{.Link}}" rel="noreferrer">Open the page of GO-Docker</a></p>{{end}}
`))

// retryAfter is how many seconds a page waits before it tries again.
const retryAfter = "2"

func say(w http.ResponseWriter, r *http.Request, n notice) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Origin-Agent-Cluster", "?1")
	if n.again {
		h.Set("Retry-After", retryAfter)
	}
	if r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") {
		if n.again {
			h.Set("Refresh", retryAfter)
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(n.status)
		_ = noticePage.Execute(w, struct{ Title, Text, Link string }{n.title, n.text, n.link})
		return
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(n.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(n.title + ": " + n.text + "\n"))
	}
}

// stateOf says why nobody gets to a task now; ok = it runs.
func stateOf(t *godocker.Task) (n notice, ok bool) {
	id := "Task " + strconv.FormatInt(t.ID, 10)
	wait := func(title, text string) notice {
		return notice{status: http.StatusServiceUnavailable, title: title, text: text + " This page opens it by itself.", again: true}
	}
	switch {
	case t.State == godocker.Running && t.Suspended && !t.Dozes():
		return wait("The task is suspended", id+" goes on when somebody resumes it."), false
	case t.State == godocker.Running && t.Command.Interactive && t.Ready.IsZero():
		return wait("The task is getting ready", id+" runs its script. People get in when that has come to its end."), false
	case t.State == godocker.Running:
		return notice{}, true
	case t.State == godocker.Pending:
		return wait("The task waits", id+" has not started yet."), false
	case t.State == godocker.Starting:
		return wait("The task is about to start", sentence(strings.TrimSuffix(id+" is being started: "+t.Detail, ": "))), false
	default:
		return notice{status: http.StatusGone, title: "The task is over", text: id + " has ended. What it served is not there any more."}, false
	}
}

func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// wordsOf is what people may know of an error.
func wordsOf(err error) (status int, text string) {
	e, ok := errors.AsType[*godocker.Error](err)
	switch {
	case !ok:
		return http.StatusServiceUnavailable, "This cannot be done now. Try again in a moment."
	case e.Code == godocker.NotFound:
		return http.StatusNotFound, sentence(e.Message)
	case e.Code == godocker.Unauthorized:
		return http.StatusUnauthorized, sentence(e.Message)
	case e.Code == godocker.Denied:
		return http.StatusForbidden, sentence(e.Message)
	default:
		return http.StatusServiceUnavailable, sentence(e.Message)
	}
}
