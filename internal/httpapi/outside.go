package httpapi

import (
	"compress/gzip"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"godocker"
	"godocker/internal/loop"

	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// jsonType is compared by clients letter by letter.
const jsonType = "application/json; charset=UTF-8"

// plain adds what is not part of the REST interface.
func (s *Server) plain(mux *http.ServeMux) {
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		text, err := s.OpenAPI()
		if err != nil {
			s.Log.Error("the description of the interface cannot be written", "error", err)
		}
		w.Header().Set("Content-Type", jsonType)
		_, _ = w.Write(text)
	})
	if s.Metrics != nil {
		s.Metrics.MustRegister(&s.pushed,
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "god_terminals", Help: "Terminals of the page that are open in this process."},
				func() float64 { open, _ := s.terminals.counts(); return open }),
			prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "god_terminals_total", Help: "Terminals of the page that were opened in this process since its start."},
				func() float64 { _, total := s.terminals.counts(); return total }))
		mux.Handle("GET /metrics", promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}))
	}
	mux.Handle("GET /", small(s.page()))
}

// small compresses as far as it goes: browsers fetch a file of the page once. They all
// take zstd, too, which at the levels that are as quick compresses less.
func small(h http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzip.BestCompression), gzhttp.EnableZstd(false))
	if err != nil {
		panic(err) // the level is valid by construction
	}
	return wrap(h)
}

const notBuilt = "The page is not part of this build. Run make, and start the server again.\n"

// page serves the built page. Addresses that are no file are for the page's own
// router, which starts from index.html.
func (s *Server) page() http.Handler {
	index := ""
	if s.Page != nil {
		if b, err := fs.ReadFile(s.Page, "index.html"); err == nil {
			index = string(b)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.Trim(path.Clean(r.URL.Path), "/")
		if name == "docs" {
			name = "docs/index.html"
		}
		switch info, err := fs.Stat(pageOr(s.Page), name); {
		case strings.HasPrefix(r.URL.Path, "/api/"):
			writeProblem(w, newProblem(godocker.NotFound, "there is nothing at "+r.Method+" "+r.URL.Path))
		case index == "":
			http.Error(w, notBuilt, http.StatusNotFound)
		case err == nil && !info.IsDir() && name != "index.html":
			if strings.HasPrefix(name, "assets/") { // their names change with their content
				w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			http.ServeFileFS(w, r, s.Page, name)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Cache-Control", "no-cache")
			_, _ = w.Write([]byte(index))
		}
	})
}

type noPage struct{}

func (noPage) Open(string) (fs.File, error) { return nil, fs.ErrNotExist }

func pageOr(p fs.FS) fs.FS {
	if p == nil {
		return noPage{}
	}
	return p
}

// outside is what every request passes through before it is routed.
func (s *Server) outside(mux *http.ServeMux) http.Handler {
	sites := http.NewCrossOriginProtection()
	sites.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, newProblem(godocker.Denied, errOtherSite.Message))
	}))
	routed := sites.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.dispatch(mux, w, r) }))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		// Pages of tasks are of another origin, but to browsers they may be of the same site.
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", strings.TrimSpace("default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "+
			"connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self' "+s.webOrigin("*", hostOf(r))))
		if p := inPlace(r.URL.Path); p != r.URL.Path {
			r.URL.Path, r.URL.RawPath = p, ""
		}
		r.Header.Set("Content-Type", "application/json") // whatever older clients call it
		_, err := loop.Guard(func() (struct{}, error) { routed.ServeHTTP(&typed{ResponseWriter: w}, r); return struct{}{}, nil })
		if err != nil {
			s.Log.Error("a request crashed", "method", r.Method, "path", r.URL.Path, "error", err)
			writeProblem(w, newProblem(godocker.Internal, "the server failed to do this; its log says why"))
		}
	})
}

// inPlace is the path that the router would redirect to. Clients join a base that
// ends in / with a path, and a redirect would turn their POST into a GET.
func inPlace(p string) string {
	clean := "/" + strings.TrimLeft(p, "/")
	if !leads(p) {
		clean = path.Clean(clean)
		if clean != "/" && strings.HasSuffix(p, "/") {
			clean += "/"
		}
	}
	if folder, _ := path.Match(Prefix+"/task/*/files", clean); folder {
		clean += "/"
	}
	return clean
}

// leads reports whether a path leads out of a folder.
func leads(p string) bool { return slices.Contains(strings.Split(p, "/"), "..") }

// dispatch answers in JSON where the router would answer in plain text.
func (s *Server) dispatch(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	if leads(r.URL.Path) {
		writeProblem(w, newProblem(godocker.NotFound, "paths do not contain .. here"))
		return
	}
	if strings.ContainsRune(r.URL.Path, 0) {
		writeProblem(w, newProblem(godocker.NotFound, "paths do not contain NUL characters (%00)"))
		return
	}
	if _, pattern := mux.Handler(r); pattern == "" {
		writeProblem(w, newProblem(godocker.NotFound, "there is nothing at "+r.Method+" "+r.URL.Path))
		return
	}
	mux.ServeHTTP(w, r)
}

// typed gives every JSON answer the one content type.
type typed struct {
	http.ResponseWriter
	wrote bool
}

func (t *typed) WriteHeader(status int) {
	if h := t.Header(); !t.wrote && strings.HasPrefix(h.Get("Content-Type"), "application/") && strings.Contains(h.Get("Content-Type"), "json") {
		h.Set("Content-Type", jsonType)
	}
	t.wrote = true
	t.ResponseWriter.WriteHeader(status)
}

func (t *typed) Write(b []byte) (int, error) {
	if !t.wrote {
		t.WriteHeader(http.StatusOK)
	}
	return t.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (t *typed) Unwrap() http.ResponseWriter { return t.ResponseWriter }
