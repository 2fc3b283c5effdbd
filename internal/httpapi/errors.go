package httpapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"godocker"
	"godocker/api"

	"github.com/danielgtaylor/huma/v2"
)

// statuses is the one table from codes to HTTP.
var statuses = map[godocker.Code]int{
	godocker.Invalid:      http.StatusBadRequest,
	godocker.Unauthorized: http.StatusUnauthorized,
	godocker.Denied:       http.StatusForbidden,
	godocker.NotFound:     http.StatusNotFound,
	godocker.Conflict:     http.StatusConflict,
	godocker.TooLarge:     http.StatusRequestEntityTooLarge,
	godocker.QuotaReached: http.StatusForbidden,
	godocker.RateLimited:  http.StatusTooManyRequests,
	godocker.Unavailable:  http.StatusServiceUnavailable,
	godocker.Internal:     http.StatusInternalServerError,
}

// codes is the same table in the other direction, for errors of the framework.
var codes = map[int]godocker.Code{
	http.StatusBadRequest: godocker.Invalid, http.StatusUnprocessableEntity: godocker.Invalid,
	http.StatusUnsupportedMediaType: godocker.Invalid, http.StatusRequestTimeout: godocker.Invalid,
	http.StatusUnauthorized: godocker.Unauthorized, http.StatusForbidden: godocker.Denied,
	http.StatusNotFound: godocker.NotFound, http.StatusRequestEntityTooLarge: godocker.TooLarge,
}

// problem is an answer that is not a success.
type problem struct {
	document
	after time.Duration // when to try again; 0 = not said
}

type document = api.Error

func (p *problem) Error() string  { return p.Detail }
func (p *problem) GetStatus() int { return p.Status }

// GetHeaders is how the framework asks for what goes beside the document.
func (p *problem) GetHeaders() http.Header {
	if p.after <= 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.FormatInt(int64((p.after+time.Second-1)/time.Second), 10)}}
}

func newProblem(code godocker.Code, detail string) *problem {
	status := statuses[code]
	return &problem{document: document{Status: status, Title: http.StatusText(status), Detail: detail, Msg: detail, Code: string(code)}}
}

// newError makes the framework's own errors look like ours.
func newError(status int, msg string, errs ...error) huma.StatusError {
	code, ok := codes[status]
	switch {
	case msg == "cannot read request body": // which is for the client to mend
		code, msg, errs = godocker.Invalid, "the body is not whole: the connection ended before it", nil
	case code == godocker.TooLarge:
		msg = strings.Replace(msg, " limit=", ": the limit is ", 1)
	case !ok:
		code = godocker.Internal
	}
	var fields []godocker.FieldError
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok {
			fields = append(fields, fieldOf(d.ErrorDetail()))
		} else if err != nil {
			msg += ": " + err.Error()
		}
	}
	if len(fields) > 0 {
		msg = strings.TrimPrefix(godocker.FieldErrors(fields).Error(), string(godocker.Invalid)+": ")
	}
	p := newProblem(code, msg)
	p.fields(fields)
	return p
}

func (p *problem) fields(fields []godocker.FieldError) {
	for _, f := range fields {
		p.Errors = append(p.Errors, api.FieldError{Field: f.Field, Message: f.Message})
	}
}

// fieldOf names the field as clients do: the framework adds which part of the
// request it is in, and knows of the body only as a whole.
func fieldOf(e *huma.ErrorDetail) godocker.FieldError {
	if e.Location == "body" {
		if field, message, ok := strings.Cut(e.Message, ": "); ok && !strings.Contains(field, " ") {
			return godocker.FieldError{Field: field, Message: message}
		}
	}
	_, field, ok := strings.Cut(e.Location, ".")
	if !ok {
		field = e.Location
	}
	return godocker.FieldError{Field: field, Message: e.Message}
}

// fail turns an error of the house into an answer. What is not meant for the
// caller goes to the log.
func (s *Server) fail(err error) error {
	var e *godocker.Error
	if !errors.As(err, &e) || e.Code == godocker.Internal {
		s.Log.Error("a request failed", "error", err)
		return newProblem(godocker.Internal, "the server failed to do this; its log says why")
	}
	if e.Err != nil {
		s.Log.Warn("a request failed", "error", err)
	}
	p := newProblem(e.Code, e.Message)
	p.fields(e.Fields)
	p.after = e.RetryAfter
	return p
}

// jsonFormat reads and writes bodies. An empty body is an empty document.
var jsonFormat = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	},
	Unmarshal: func(text []byte, v any) error {
		if len(strings.TrimSpace(string(text))) == 0 {
			return nil
		}
		if !utf8.Valid(text) { // which would be replaced in silence
			return errors.New("the body is not JSON, which is UTF-8 text; put other data into a volume, or encode it")
		}
		return explain(json.Unmarshal(text, v))
	},
}

// explain says what is wrong with a JSON text without the names of Go types.
func explain(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		return fmt.Errorf("%s: want %s, got %s", cmp.Or(strings.TrimPrefix(kind.Field, "."), "body"), kindWord(kind.Type.Kind().String()), kind.Value)
	case errors.As(err, &syntax):
		return fmt.Errorf("the body is not JSON, or was cut short: %s at byte %d", syntax.Error(), syntax.Offset)
	default:
		return err
	}
}

func kindWord(kind string) string {
	switch kind {
	case "struct", "map":
		return "an object"
	case "slice":
		return "a list"
	case "bool":
		return "true or false"
	case "string":
		return "a text"
	default:
		return "a number"
	}
}

// writeProblem answers where the framework is not in charge.
func writeProblem(w http.ResponseWriter, p *problem) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(p.Status)
	_ = jsonFormat.Marshal(w, p) // the client may be gone
}
