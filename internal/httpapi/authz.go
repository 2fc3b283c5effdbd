package httpapi

import (
	"context"
	"errors"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/authz"
)

// engineBody is enough for what an engine sends of a request and of its answer: up to
// 1 MB of each, in base64, and the headers.
const engineBody = 4 << 20

var errNoPlugin = godocker.Errorf(godocker.NotFound, "this server is no plug-in of Docker engines; an administrator sets docker_authz.enabled")

func (s *Server) activate(context.Context, *empty) (*body[api.PluginKind], error) {
	if s.Authz == nil {
		return nil, errNoPlugin
	}
	return answer(api.PluginKind{Implements: []string{"authz"}}), nil
}

// mayEngine decides by the request alone, as anybody may ask: whoever asks without being
// an engine learns what they could compute, and changes nothing.
func (s *Server) mayEngine(ctx context.Context, in *body[api.EngineRequest]) (*body[api.EngineAnswer], error) {
	if s.Authz == nil {
		return nil, errNoPlugin
	}
	b := &in.Body
	asked := authz.Asked{Request: authz.Request{Method: b.RequestMethod, URI: b.RequestURI, Body: b.RequestBody}, Token: b.RequestHeaders[authz.Header]}
	if b.UserAuthNMethod == "TLS" {
		asked.User = b.User
	}
	err := s.Authz.Allow(ctx, asked, time.Now())
	no, denied := errors.AsType[*godocker.Error](err)
	denied = denied && no.Code == godocker.Denied
	switch {
	case err == nil:
		return answer(api.EngineAnswer{Allow: true}), nil
	case denied && b.RequestMethod != "":
		return answer(api.EngineAnswer{Msg: no.Message}), nil
	case !denied:
		s.Log.Error("an engine was not told what it may do", "error", err)
	} // an engine that found the server away asks again, and then about nothing
	const away = "the GO-Docker server could not look it up: try again in a moment"
	return answer(api.EngineAnswer{Msg: away, Err: away}), nil
}

// mayEngineAnswer: what was done may be told.
func (s *Server) mayEngineAnswer(context.Context, *struct{ RawBody []byte }) (*body[api.EngineAnswer], error) {
	if s.Authz == nil {
		return nil, errNoPlugin
	}
	return answer(api.EngineAnswer{Allow: true}), nil
}
