package authz

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"godocker"
)

const passphrase = "0123456789abcdef0123456789abcdef"

var now = time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)

func key(t *testing.T, passphrase, cluster string) *Key {
	t.Helper()
	k, err := NewKey(passphrase, cluster)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// everything is a gate whose attempts all live, but for those of task 13.
func everything(t *testing.T) *Gate {
	return &Gate{Key: key(t, passphrase, "lab"), Users: []string{"ops"},
		Live: func(_ context.Context, a Attempt) (bool, error) { return a.Task != 13, nil }}
}

const (
	mark = "0123456789ab"
	mine = "god-lab-12-1-" + mark
)

var create = Request{"POST", "/v1.41/containers/create?name=" + mine,
	[]byte(`{"Image":"busybox:1","Cmd":["true"],"HostConfig":{"Binds":["/data:/data:ro"],"CapDrop":["ALL"]}}`)}

func TestOnlyWhatWasSigned(t *testing.T) {
	g := everything(t)
	pull := Request{Method: "POST", URI: "/v1.41/images/create?fromImage=busybox&tag=1"}
	token, err := g.Key.Sign(mine, create, pull)
	if err != nil {
		t.Fatal(err)
	}
	body := func(old, new string) Request {
		r := create
		r.Body = []byte(strings.Replace(string(create.Body), old, new, 1))
		if string(r.Body) == string(create.Body) && old != new {
			t.Fatalf("%q is not in the body", old)
		}
		return r
	}
	uri := func(uri string) Request { return Request{create.Method, uri, create.Body} }
	does := func(method, uri string) Request { return Request{Method: method, URI: uri} }
	at := "/v1.41/containers/" + mine
	for name, c := range map[string]struct {
		r    Request
		want error
	}{
		"create":                       {create, nil},
		"pull":                         {pull, nil},
		"another image":                {body("busybox:1", "debian:12"), errChanged},
		"another bind":                 {body("/data:/data:ro", "/:/data:ro"), errChanged},
		"writable":                     {body(":ro", ""), errChanged},
		"privileged":                   {body(`"CapDrop"`, `"Privileged":true,"CapDrop"`), errChanged},
		"other case":                   {body(`"HostConfig"`, `"hostconfig"`), errChanged},
		"the same key twice":           {body(`{"Image"`, `{"HostConfig":{"Privileged":true},"Image"`), errChanged},
		"the same key in another case": {body(`]}}`, `]},"hostConfig":{"Privileged":true}}`), errChanged},
		"a second document":            {body(`]}}`, `]}}{"HostConfig":{"Privileged":true}}`), errChanged},
		"no body, which was too large": {body(string(create.Body), ""), errChanged},
		"another name":                 {uri("/v1.41/containers/create?name=god-lab-12-2-" + mark), errChanged},
		"a second name":                {uri(create.URI + "&name=x"), errChanged},
		"no name":                      {uri("/v1.41/containers/create"), errChanged},
		"another platform":             {uri(create.URI + "&platform=linux/arm64"), errChanged},
		"another version":              {uri(strings.Replace(create.URI, "1.41", "1.39", 1)), errChanged},
		"no version":                   {uri("/containers/create?name=" + mine), errChanged},
		"escapes":                      {uri("/v1.41/containers/creat%65?name=" + mine), errVerb},
		"slashes":                      {uri("/v1.41//containers/create?name=" + mine), errVerb},
		"another method":               {Request{"PUT", create.URI, create.Body}, errVerb},
		"another pull":                 {does("POST", "/v1.41/images/create?fromImage=debian&tag=12"), errVerb},

		"start":               {does("POST", at+"/start"), nil},
		"start, no version":   {does("POST", "/containers/"+mine+"/start"), nil},
		"start of old":        {does("POST", "/v1.23/containers/"+mine+"/start"), errVerb}, // takes another HostConfig
		"start, odd version":  {does("POST", "/v1.41.0/containers/"+mine+"/start"), errVerb},
		"start of checkpoint": {does("POST", at+"/start?checkpoint=x&checkpoint-dir=/tmp"), errVerb},
		"start with settings": {Request{"POST", at + "/start", []byte(`{"Privileged":true}`)}, errVerb},
		"wait":                {does("POST", at+"/wait?condition=not-running"), nil},
		"attach":              {does("POST", at+"/attach?stream=1&stdout=1"), nil},
		"logs":                {does("GET", at+"/logs?stdout=1&follow=1"), nil},
		"inspect":             {does("GET", at+"/json"), nil},
		"kill":                {does("POST", at+"/kill?signal=KILL"), nil},
		"stop":                {does("POST", at+"/stop?t=1"), nil},
		"remove":              {does("DELETE", at+"?force=1&v=1"), nil},
		"get remove":          {does("GET", at), errVerb},
		"exec":                {does("POST", at+"/exec"), errVerb},
		"copy into":           {does("PUT", at+"/archive?path=/"), errVerb},
		"copy out":            {does("GET", at+"/archive?path=/"), errVerb},
		"export":              {does("GET", at+"/export"), errVerb},
		"update":              {does("POST", at+"/update"), errVerb},
		"rename":              {does("POST", at+"/rename?name=x"), errVerb},
		"restart":             {does("POST", at+"/restart"), errVerb},
		"attach by websocket": {does("GET", at+"/attach/ws"), errVerb},
		"name with escapes":   {does("POST", "/v1.41/containers/god-lab-12-%31-"+mark+"/start"), errVerb},
		"name with a slash":   {does("POST", "/v1.41/containers//"+mine+"/start"), errVerb},
		"line feed":           {does("GET", at+"/json\n"), errVerb},
		"list":                {does("GET", "/v1.41/containers/json"), errVerb},
		"commit":              {does("POST", "/v1.41/commit?container="+mine), errVerb},
		"build":               {does("POST", "/v1.41/build"), errVerb},
		"volume":              {does("POST", "/v1.41/volumes/create"), errVerb},
		"plug-in":             {does("POST", "/v1.41/plugins/pull?remote=x"), errVerb},
		"swarm":               {does("POST", "/v1.41/swarm/init"), errVerb},
		"buildkit":            {does("POST", "/session"), errVerb},
		"prune":               {does("POST", "/v1.41/containers/prune"), errVerb},
		"events":              {does("GET", "/v1.41/events"), errVerb},
		"ping":                {does("HEAD", "/_ping"), nil},
		"version":             {does("GET", "/v1.41/version"), nil},
	} {
		if err := g.Allow(t.Context(), Asked{Request: c.r, Token: token}, now.AddDate(1, 0, 0)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		var without error = errNobody
		if name == "ping" || name == "version" {
			without = nil
		}
		if err := g.Allow(t.Context(), Asked{Request: c.r}, now); !errors.Is(err, without) {
			t.Errorf("%s, without a token: %v", name, err)
		}
		if err := g.Allow(t.Context(), Asked{Request: c.r, User: "ops"}, now); err != nil {
			t.Errorf("%s, by an administrator: %v", name, err)
		}
	}
	for _, other := range []string{"god-lab-12-2-" + mark, "god-lab-12-1-ba9876543210", "god-lab-1-1-" + mark, "database", "0123456789ab"} {
		err := g.Allow(t.Context(), Asked{Request: does("POST", "/v1.41/containers/"+other+"/kill"), Token: token}, now)
		if !errors.Is(err, godocker.Denied) || !strings.Contains(err.Error(), mine) {
			t.Errorf("kill %s: %v", other, err)
		}
	}
}

func TestWhoseTokens(t *testing.T) {
	g := everything(t)
	sign := func(k *Key, name string) string {
		token, err := k.Sign(name, Request{Method: "GET", URI: "/x"})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"ours":                {sign(g.Key, mine), nil},
		"an attempt's end":    {sign(g.Key, "god-lab-13-1-"+mark), errOver},
		"another passphrase":  {sign(key(t, passphrase+"x", "lab"), mine), errToken},
		"another cluster":     {sign(key(t, passphrase, "lab-2"), "god-lab-2-12-1-"+mark), errToken},
		"no signature":        {"eyJhbGciOiJub25lIn0.eyJzdWIiOiJnb2QtbGFiLTEyLTEifQ.", errToken},
		"rubbish":             {"x", errToken},
		"part of a signature": {sign(g.Key, mine)[:100], errToken},
	} {
		if err := g.Allow(t.Context(), Asked{Request: Request{Method: "GET", URI: "/x"}, Token: c.token}, now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestOwnRequests(t *testing.T) {
	g := everything(t)
	list := Request{Method: "GET", URI: "/v1.41/containers/json"}
	token, err := g.Key.Vouch(list, now)
	if err != nil {
		t.Fatal(err)
	}
	remove := Request{Method: "DELETE", URI: "/v1.41/containers/" + mine}
	for _, c := range []struct {
		r    Request
		at   time.Time
		want error
	}{{list, now, nil}, {list, now.Add(ownLife - time.Second), nil}, {list, now.Add(ownLife + time.Second), errToken}, {remove, now, errChanged}, {create, now, errChanged}} {
		if err := g.Allow(t.Context(), Asked{Request: c.r, Token: token}, c.at); !errors.Is(err, c.want) {
			t.Errorf("%s %s at %v: %v, want %v", c.r.Method, c.r.URI, c.at, err, c.want)
		}
	}
	for name, want := range map[string]error{mine: nil, "god-lab-13-1-" + mark: errOver} { // a container of an attempt is one even to the server
		r := create
		r.URI = "/v1.41/containers/create?name=" + name
		token, err := g.Key.Vouch(r, now)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Allow(t.Context(), Asked{Request: r, Token: token}, now.AddDate(1, 0, 0)); !errors.Is(err, want) {
			t.Errorf("create %s: %v, want %v", name, err, want)
		}
	}
}

// Nothing is signed with which more than one container could be made of an attempt.
func TestSignsNoOtherName(t *testing.T) {
	k := key(t, passphrase, "lab")
	for _, name := range []string{"", "god-lab-12", "god-lab-12-1", "god-lab-12-1-", "god-lab-12-1-0123456789AB", "god-lab-12-0-" + mark, "god-lab--1-1-" + mark, "god-lab-012-1-" + mark, "god-lab-12-1-1-" + mark, "god-other-12-1-" + mark, "database"} {
		if _, err := k.Sign(name); err == nil {
			t.Errorf("%q was signed", name)
		}
	}
	for _, uri := range []string{"/containers/create", "/v1.41/containers/create?name=god-lab-12-2-" + mark, "/v1.41/containers/create?name=" + mine + "&name=x", "/containers/create?name=;"} {
		if _, err := k.Sign(mine, Request{Method: "POST", URI: uri}); err == nil {
			t.Errorf("%q was signed", uri)
		}
	}
}
