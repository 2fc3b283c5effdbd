// Command notebook PORT is a server as Jupyter's is, for tests: it listens to its container
// alone, believes in the host localhost only, wants a token of its own cookie with what
// changes something, leads on by addresses of its own, and runs cells by a WebSocket. A cell
// adds or multiplies two numbers. /hostile is a page that tries to act for who looks at it.
package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"

	"golang.org/x/net/websocket"
)

//go:embed lab.html lab.js lab.css hostile.html hostile.js
var files embed.FS

func main() {
	port := os.Args[1]
	host := "localhost:" + port
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://"+r.Host+"/lab?reset")
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("GET /lab", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "_xsrf", Value: "2|token", Path: "/"})
		http.ServeFileFS(w, r, files, "lab.html")
	})
	mux.HandleFunc("GET /hostile", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "hostile.html") })
	mux.HandleFunc("GET /static/{name}", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, r.PathValue("name")) })
	mux.HandleFunc("GET /api/me", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{"headers": r.Header, "host": r.Host})
	})
	mux.HandleFunc("POST /api/kernels", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("_xsrf")
		if err != nil || cookie.Value != r.Header.Get("X-XSRFToken") {
			http.Error(w, "'_xsrf' argument missing from POST", http.StatusForbidden)
			return
		}
		answer(w, map[string]any{"id": "k1"})
	})
	mux.Handle("GET /api/kernels/k1/channels", websocket.Server{Handler: cells, Handshake: func(*websocket.Config, *http.Request) error { return nil }})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin, err := url.Parse(r.Header.Get("Origin"))
		switch {
		case r.Host != host:
			http.Error(w, "Blocking request with non-local 'Host' "+r.Host, http.StatusForbidden)
		case err != nil || origin.Host != "" && origin.Host != r.Host:
			http.Error(w, "Blocking Cross Origin API request from "+r.Header.Get("Origin"), http.StatusForbidden)
		default:
			mux.ServeHTTP(w, r)
		}
	})))
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// cells runs the cells that come.
func cells(c *websocket.Conn) {
	for {
		var cell struct {
			Code string `json:"code"`
		}
		if websocket.JSON.Receive(c, &cell) != nil {
			return
		}
		var a, b int
		var op string
		out := "SyntaxError"
		if _, err := fmt.Sscanf(cell.Code, "%d %s %d", &a, &op, &b); err == nil {
			out = fmt.Sprint(map[string]int{"+": a + b, "*": a * b}[op])
		}
		if websocket.JSON.Send(c, map[string]string{"text": out}) != nil {
			return
		}
	}
}
