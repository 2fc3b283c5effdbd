package api

// PluginKind tells a Docker engine what a plug-in is for.
type PluginKind struct {
	Implements []string `json:"Implements"`
}

// EngineRequest is what a Docker engine asks its authorization plug-in about.
type EngineRequest struct {
	User            string            `json:"User,omitempty"`            // name of the client's certificate
	UserAuthNMethod string            `json:"UserAuthNMethod,omitempty"` // TLS, or nothing
	RequestMethod   string            `json:"RequestMethod"`
	RequestURI      string            `json:"RequestUri"`
	RequestBody     []byte            `json:"RequestBody,omitempty"` // nothing where it is not JSON, or too large
	RequestHeaders  map[string]string `json:"RequestHeaders,omitempty"`
}

// EngineAnswer tells it.
type EngineAnswer struct {
	Allow bool   `json:"Allow"`
	Msg   string `json:"Msg"` // why not, for whoever asked the engine
	Err   string `json:"Err"` // why nobody knows
}
