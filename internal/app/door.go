package app

import (
	"slices"
	"strings"
	"time"

	"godocker"
	"godocker/api"
	"godocker/executor"
	"godocker/internal/authz"
	"godocker/internal/config"
	"godocker/internal/httpapi"
	"godocker/internal/image"
	"godocker/internal/submit"
	"godocker/internal/webport"
	"godocker/web"
)

// door makes the web server.
func (a *App) door() *httpapi.Server {
	s := &httpapi.Server{
		Store: a.Store, Desk: a.desk(), Seal: a.seal, Dirs: a.dirs, Hub: a.Hub, Log: a.log, Page: web.Files(),
		Submit:  submit.New(a.Store, a.rules()),
		Site:    a.site,
		PushKey: a.Config.PrometheusKey,
		Window:  a.Config.UserResetUsageDuration,
		Config:  a.public(),
		Metrics: a.metrics(),
		Nodes:   a.nodes,
		// JSON may write a byte of the script as six.
		MaxBody: 6*int64(a.Config.MaxScriptSize) + 1<<20, MaxDownload: int64(a.Config.MaxFileDownload),
		ShareProjects: a.Config.ShareProjectTasks,
		Session:       time.Duration(a.Config.SessionTimeout),
		Proxies:       a.Config.Proxies(),
		WebOrigin:     a.Config.WebPort.Origin,
		Hall:          a.gateway.Hall,
		Settings:      a.settings,
		Simulate:      a.simulate,
	}
	if a.Config.AllowProxyRemoteUser {
		s.UserHeader = a.Config.ProxyUserHeader
	}
	if a.authz != nil {
		s.Authz = &authz.Gate{Key: a.authz, Users: a.Config.DockerAuthz.Users, Live: authz.Attempts(a.Store)}
	}
	return s
}

// webDoor makes the door to what tasks serve.
func (a *App) webDoor() *webport.Door {
	d := &webport.Door{Store: a.Store, Desk: a.server.Desk, Hall: a.hall, Sees: a.server.MaySee, Origin: a.Config.WebPort.Origin, From: a.server.From,
		Domain: string(a.Config.WebPort.Domain), Page: a.Config.WebEndpoint, Log: a.log}
	if a.Config.AllowProxyRemoteUser {
		d.UserHeader = a.Config.ProxyUserHeader
	}
	return d
}

// OpenAPI returns the description of the REST interface as JSON.
func OpenAPI() ([]byte, error) {
	s := httpapi.Server{Config: api.Config{Version: "1.0"}}
	return s.OpenAPI()
}

// rules is what the configuration allows tasks.
func (a *App) rules() submit.Rules {
	c := a.Config
	largest := &capacity{app: a}
	r := submit.Rules{
		CPU: c.DefaultsCPU, RAM: c.DefaultsRAM, Images: a.images(), AnyImage: c.AllowUserImages,
		CheckVolumes: c.VolumesCheck, MaxScript: int(c.MaxScriptSize), NetworkOff: c.Network.Disabled,
		Largest: largest.get, Nodes: largest.all, Labels: a.constraints(), Mail: c.SMTPHost != "", KnownExecutors: c.ExecutorNames(),
		Can: map[string]executor.Capabilities{}, Root: c.AllowRoot, GuestRoot: c.GuestAllowRoot,
	}
	r.Fetch, r.WebPorts = c.URIs.MaxSize > 0, c.WebPort.Listen != ""
	r.ImageRules, r.Registry, r.Pull = c.ImageRules(), c.Registry(), godocker.PullPolicy(c.PullPolicy)
	r.MaxLifespan, r.Retries = time.Duration(c.MaxLifespan), c.FailurePolicy.Strategy
	r.Idle = godocker.Idle{After: time.Duration(c.Idle.After), Warn: time.Duration(c.Idle.Warn), Action: godocker.IdleAction(c.Idle.Action)}
	r.MaxIdle = time.Duration(c.Idle.Max)
	if r.Ports = c.PortRange; !c.PortAllocate {
		r.Ports = 65535
	}
	r.Sessions, r.SessionsOnly = c.PortRange > 0, !c.PortAllocate
	if a.site != nil {
		r.Maintenance = a.site.Maintenance
	}
	r.MaxArray = c.MaxArray
	r.Waiting, r.WaitingAll = c.RateLimit, c.RateLimitAll
	r.Dynamic = map[string]bool{}
	for _, f := range c.DynamicFields {
		r.Dynamic[f.Name] = f.AdminOnly
	}
	for name, e := range a.executors {
		r.Can[name] = e.Capabilities()
	}
	for _, v := range c.Volumes {
		r.Volumes = append(r.Volumes, godocker.Volume{Name: v.Name, ACL: godocker.Access(v.ACL), Path: v.Path, Mount: v.Mount})
	}
	return r
}

// constraints are the labels of nodes that tasks may ask for.
func (a *App) constraints() []api.Constraint {
	out := []api.Constraint{}
	for _, k := range a.Config.Constraints {
		values := strings.Split(k.Value, ",")
		for i := range values {
			values[i] = strings.TrimSpace(values[i])
		}
		out = append(out, api.Constraint{Name: k.Name, Value: values})
	}
	return out
}

func (a *App) images() []api.Image {
	out := []api.Image{}
	for _, im := range a.Config.DefaultImages {
		out = append(out, api.Image{Name: im.Name, URL: im.URL, Interactive: im.Interactive, Default: im.Default})
	}
	return out
}

// public is what everybody may know of the configuration.
func (a *App) public() api.Config {
	c := a.Config
	out := api.Config{
		Images: a.images(), Constraints: a.constraints(), Volumes: []api.Volume{}, ExecutorFeatures: a.features(), Abilities: a.abilities(),
		Executors: c.ExecutorNames(), Networks: []string{}, DefaultsCPU: c.DefaultsCPU, DefaultsRAM: c.DefaultsRAM,
		AllowRoot: c.AllowRoot, AllowUserImages: c.AllowUserImages, LinkedRegistries: []string{}, PullPolicy: c.PullPolicy, PortAllocate: c.PortAllocate, Guest: c.GuestAllow,
		FTP: string(c.FTP.PublicEndpoint), Version: Version, Idle: idleRules(c.Idle),
	}
	if host, port, err := c.SSH.Reached(); c.SSH.Listen != "" && err == nil {
		if _, key, err := a.hostKeys.Gateway(); err == nil {
			out.SSH = &api.Gateway{Host: host, Port: port, HostKey: key, Fingerprint: api.Fingerprint(key)}
		}
	}
	if c.WebPort.Listen != "" {
		out.WebPort = "shared"
		if c.WebPort.Domain != "" {
			out.WebPort = "host"
		}
	}
	for _, address := range c.LinkImageToRegistry {
		out.LinkedRegistries = append(out.LinkedRegistries, image.Registry(address))
	}
	for _, v := range c.Volumes {
		out.Volumes = append(out.Volumes, api.Volume{Name: v.Name, ACL: v.ACL})
	}
	return out
}

// idleRules are those of the site, in the words that tasks say them in.
func idleRules(i config.Idle) api.IdleRules {
	length := func(l config.Lifespan) string {
		if l == 0 {
			return ""
		}
		return godocker.FormatLifespan(time.Duration(l))
	}
	return api.IdleRules{After: length(i.After), Action: i.Action, Max: length(i.Max)}
}

// features are what any of the executors can, in the words of the original.
func (a *App) features() []string {
	out := []string{}
	for _, words := range a.abilities() {
		out = append(out, words...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// abilities are what each of the executors can, in the same words.
func (a *App) abilities() map[string][]string {
	out := map[string][]string{}
	for name, e := range a.executors {
		caps := e.Capabilities()
		words := []string{}
		for word, has := range map[string]bool{"kill": true, "pause": caps.Suspend, "interactive": caps.Interactive, "attach": caps.Join,
			"ports": caps.Ports, "gpus": caps.GPUs, "tmpstorage": caps.TmpStorage} {
			if has {
				words = append(words, word)
			}
		}
		slices.Sort(words)
		out[name] = words
	}
	return out
}
