// Package httpapi is the door for programs and for the page: the REST interface,
// its description, the event streams, the metrics and the page itself.
package httpapi

import (
	"context"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
	"godocker/internal/authz"
	"godocker/internal/credential"
	"godocker/internal/entry"
	"godocker/internal/jobdir"
	"godocker/internal/live"
	"godocker/internal/simulate"
	"godocker/internal/site"
	"godocker/internal/submit"
	"godocker/store"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"
)

// Prefix is where the interface begins.
const Prefix = "/api/1.0"

// A Server answers requests. Fill in the fields, then call Handler once.
type Server struct {
	Store   store.Store
	Desk    *account.Desk
	Seal    *credential.Seal
	Submit  *submit.Room
	Dirs    *jobdir.Tree
	Hub     *live.Hub
	Config  api.Config
	Page    fs.FS // the built page; nil or empty = none
	Metrics *prometheus.Registry
	Log     *slog.Logger

	MaxBody       int64 // bytes of a request
	MaxDownload   int64 // bytes of a file; 0 = no limit
	ShareProjects bool  // members of a project see each other's tasks
	Session       time.Duration
	Window        int // days that usage is counted over
	Site          *site.Board
	PushKey       string                                // of those who send figures to be read with the server's own; "" = nobody
	Proxies       []netip.Prefix                        // in front; they are believed about where a request comes from
	UserHeader    string                                // and with this header about who makes it; "" = not
	Nodes         func(context.Context) []api.NodeState // the machines, without what is held; nil = it is not known
	Authz         *authz.Gate                           // decides for Docker engines what they may do; nil = none may ask
	WebOrigin     func(task, host string) string        // where browsers that reach this server by the host open the web port of the task with the number, or *; nil or "" = nowhere
	Settings      func() []api.Setting                  // the configuration as loaded, without secrets
	Simulate      func(ctx context.Context, file, policy string) ([]simulate.Named, error)
	Patience      time.Duration // how long the answer to a wish waits for it to come true; 0 = two seconds

	Hall      *entry.Hall   // leads to interactive tasks
	Recheck   time.Duration // how often it is asked whether people may still be in a task; 0 = ten seconds
	terminals terminals

	api    huma.API
	root   huma.API // what is not below Prefix, of the same description
	gate   account.Gate
	pushed pushed
	scans  chan struct{}              // one for each log that is read through
	zips   chan struct{}              // one for each folder that is packed
	public atomic.Pointer[api.Config] // once it changed

	simulating sync.Mutex
}

// Publish replaces what clients are told of the configuration.
func (s *Server) Publish(c api.Config) { s.public.Store(&c) }

func (s *Server) published() *api.Config {
	if c := s.public.Load(); c != nil {
		return c
	}
	return &s.Config
}

// Handler returns the whole web server.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.scans, s.zips = make(chan struct{}, mostScans), make(chan struct{}, mostZips)
	about := description(s.Config.Version)
	s.api, s.root = humago.NewWithPrefix(mux, Prefix, about), humago.New(mux, about)
	s.api.UseMiddleware(s.authorize)
	s.root.UseMiddleware(s.authorize)
	s.routes()
	s.plain(mux)
	return s.outside(mux)
}

// OpenAPI returns the description of the interface as JSON.
func (s *Server) OpenAPI() ([]byte, error) {
	if s.api == nil {
		s.Handler()
	}
	doc := *s.api.OpenAPI()
	doc.Paths = maps.Clone(doc.Paths)
	for path, item := range doc.Paths {
		if bare := strings.Replace(path, "...}", "}", 1); bare != path { // the router's own notation
			delete(doc.Paths, path)
			doc.Paths[bare] = item
		}
	}
	return doc.MarshalJSON()
}

func description(version string) huma.Config {
	huma.NewError = newError
	huma.DefaultArrayNullable = false // lists are always lists
	c := huma.DefaultConfig("GO-Docker", version)
	c.Info.Description = "Batch computing on containers. Every answer is JSON; success is 200. " +
		"Get a token from /authenticate and send it as \"Authorization: Bearer TOKEN\"."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Formats = map[string]huma.Format{"application/json": jsonFormat}
	c.FieldsOptionalByDefault, c.AllowAdditionalPropertiesByDefault = true, true
	for from, to := range map[reflect.Type]reflect.Type{
		reflect.TypeFor[api.Number](): reflect.TypeFor[float64](),
		reflect.TypeFor[api.Epoch]():  reflect.TypeFor[float64](),
		reflect.TypeFor[problem]():    reflect.TypeFor[api.Error](),
		reflect.TypeFor[thin]():       reflect.TypeFor[api.Task](),
	} {
		c.Components.Schemas.RegisterTypeAlias(from, to)
	}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
	}
	return c
}

// routes lists every operation. An operation that is not made by one of these
// calls has no access rule and so does not exist.
func (s *Server) routes() {
	add(s, route{"GET", "/ping", public, "Whether the server answers"}, s.ping)
	add(s, route{"GET", "/config", public, "What clients need to know of the configuration"}, s.config)
	add(s, route{"POST", "/authenticate", public, "Exchange an API key for a token, or log in to the page with a password"}, s.authenticate)
	add(s, route{"GET", "/session", reader, "Who is logged in"}, s.whoAmI)
	add(s, route{"DELETE", "/session", public, "Log out of the page"}, s.logout)
	add(s, route{"GET", "/user/{id}/key", reader, "The API keys of a user, without the keys themselves"}, s.listKeys)
	add(s, route{"POST", "/user/{id}/key", owner, "Make an API key; the answer is the only one that has it"}, s.addKey)
	add(s, route{"DELETE", "/user/{id}/key/{key}", owner, "Remove an API key, and end its tokens and sessions"}, s.removeKey)
	add(s, route{"GET", "/user/{id}/session", reader, "The logins of a user to the page"}, s.listSessions)
	add(s, route{"DELETE", "/user/{id}/session", owner, "Log a user out of the page everywhere"}, s.endSessions)
	add(s, route{"DELETE", "/user/{id}/session/{session}", owner, "End one login of a user"}, s.endSession)
	add(s, route{"DELETE", "/user/{id}/task", submitter, "Kill all tasks of a user, or those with a tag"}, s.killAll)
	add(s, route{"GET", "/user/{id}/registry", reader, "The registries of images that a user has a login for"}, s.listLogins)
	add(s, route{"PUT", "/user/{id}/registry/{registry}", submitter, "Keep a login for a registry, with which private images are fetched"}, s.saveLogin)
	add(s, route{"DELETE", "/user/{id}/registry/{registry}", submitter, "Forget a login for a registry"}, s.deleteLogin)
	add(s, route{"GET", "/user/{id}/preference", reader, "How a user likes the page, whose meaning is the page's"}, s.preferences)
	add(s, route{"PUT", "/user/{id}/preference", submitter, "Keep how a user likes the page"}, s.savePreferences)
	add(s, route{"GET", "/user/{id}/project", reader, "The projects of a user"}, s.userProjects)
	add(s, route{"GET", "/user/{id}/usage", reader, "What a user used on each day of the window"}, s.userUsage)
	add(s, route{"DELETE", "/user/{id}/quota", admin, "Let a user's quota begin anew"}, s.resetUser)
	add(s, route{"GET", "/usage", admin, "Who used what in the window, by user and project"}, s.allUsage)
	add(s, route{"GET", "/user", admin, "All users"}, s.listUsers)
	add(s, route{"GET", "/user/{id}", reader, "One user"}, s.getUser)
	add(s, route{"PUT", "/user/{id}", owner, "Change a user; what the caller may not change stays"}, s.saveUser)
	add(s, route{"DELETE", "/user/{id}", admin, "Remove a user who has no active tasks"}, s.deleteUser)

	add(s, route{"GET", "/project", reader, "Own projects, or all of them for administrators"}, s.listProjects)
	add(s, route{"POST", "/project", admin, "Add a project"}, s.createProject)
	add(s, route{"GET", "/project/{id}", reader, "One project"}, s.getProject)
	add(s, route{"POST", "/project/{id}", owner, "Change a project: who leads it its members and description, administrators all of it"}, s.saveProject)
	add(s, route{"DELETE", "/project/{id}", admin, "Remove a project that has no active tasks"}, s.deleteProject)
	add(s, route{"GET", "/project/{id}/usage", reader, "What a project used on each day of the window"}, s.projectUsage)
	add(s, route{"DELETE", "/project/{id}/quota", admin, "Let a project's quota begin anew"}, s.resetProject)

	add(s, route{"GET", "/project/{id}/member/usage", reader, "What each member used in a project on each day of the window; of others, those who lead it"}, s.memberUsage)

	add(s, route{"GET", "/recipe", reader, "Own recipes, and those of own projects"}, s.listRecipes)
	add(s, route{"POST", "/recipe", submitter, "Save a task as a recipe, with what it asks for"}, s.createRecipe)
	add(s, route{"GET", "/recipe/{id}", reader, "One recipe"}, s.getRecipe)
	add(s, route{"PUT", "/recipe/{id}", submitter, "Change a recipe"}, s.saveRecipe)
	add(s, route{"DELETE", "/recipe/{id}", submitter, "Remove a recipe"}, s.deleteRecipe)
	add(s, route{"POST", "/recipe/{id}/task", submitter, "Submit a task of a recipe"}, s.runRecipe)

	add(s, route{"POST", "/prometheus", public, "Send figures to be read at /metrics; the site's key is in the body"}, s.push)
	add(s, route{"GET", "/maintenance", reader, "Whether the site is in maintenance"}, s.maintenance)
	add(s, route{"PUT", "/maintenance", admin, "Switch maintenance on or off"}, s.setMaintenance)
	add(s, route{"GET", "/process", admin, "The servers of the installation, and whether they are at work"}, s.processes)
	add(s, route{"GET", "/statistics", reader, "What became of tasks in a time, and who holds what now: own ones and those of own projects, or all for administrators"}, s.statistics)
	add(s, route{"GET", "/audit", admin, "Who did what to whom, newest first"}, s.acts)
	add(s, route{"GET", "/configuration", admin, "The configuration as it was loaded, without secrets"}, s.settings)
	add(s, route{"POST", "/simulation", admin, "Run days of tasks under a policy in moments; docs/simulator.md describes the file"}, s.simulation)
	add(s, route{"GET", "/image", reader, "The images of the site, and those that own tasks lately succeeded with"}, s.listImages)
	add(s, route{"GET", "/node", reader, "The machines that tasks run on, and what is held there"}, s.listNodes)
	add(s, route{"GET", "/reservation", reader, "What nodes are kept for, now and later"}, s.listReservations)
	add(s, route{"POST", "/reservation", admin, "Keep nodes for users and projects, or for nobody"}, s.reserve)
	add(s, route{"DELETE", "/reservation/{id}", admin, "Remove a reservation"}, s.deleteReservation)

	add(s, route{"POST", "/task", submitter, "Submit a task"}, s.submitTask)
	add(s, route{"GET", "/task", reader, "A page of tasks, newest first"}, s.listTasks)
	add(s, route{"POST", "/task/act", submitter, "Kill, suspend, resume, archive or tag many tasks"}, s.act)
	add(s, route{"GET", "/task/active", reader, "Own tasks that wait or run"}, s.activeTasks)
	add(s, route{"GET", "/task/active/all", admin, "All tasks that wait or run"}, s.allActiveTasks)
	add(s, route{"POST", "/task/over/{skip}/{limit}", reader, "Own tasks that are over, newest first"}, s.overTasks)
	add(s, route{"POST", "/task/over/all/{skip}/{limit}", admin, "All tasks that are over, newest first"}, s.allOverTasks)
	add(s, route{"GET", "/task/{id}", reader, "One task"}, s.getTask)
	add(s, route{"GET", "/task/{id}/why", reader, "Why a task waits, and for how long"}, s.why)
	add(s, route{"POST", "/task/{id}/why", reader, "When a task would start if it asked for something else"}, s.whatIf)
	add(s, route{"POST", "/why", reader, "When a task would start that is not handed in"}, s.whatIfNew)
	add(s, route{"GET", "/queue", reader, "The tasks whose turns come first"}, s.queue)
	add(s, route{"PUT", "/task/{id}", submitter, "Change a requirement of a task that is not over"}, s.alterTask)
	add(s, route{"GET", "/task/{id}/status", reader, "The status of a task alone"}, s.taskStatus)
	add(s, route{"DELETE", "/task/{id}", submitter, "Kill a task"}, s.killTask)
	for _, method := range []string{"GET", "POST"} { // GET is what older clients send
		add(s, route{method, "/task/{id}/suspend", submitter, "Suspend a task: freeze it, or hold it back while it waits"}, s.suspendTask)
		add(s, route{method, "/task/{id}/resume", submitter, "Let a suspended task go on"}, s.resumeTask)
		add(s, route{method, "/task/{id}/reschedule", submitter, "Begin again; a task that is over gets a new id"}, s.rescheduleTask)
	}
	add(s, route{"GET", "/task/{id}/archive", submitter, "Remove the files of a task that is over, and keep its record"}, s.archiveTask)
	add(s, route{"DELETE", "/task/{id}/archive", submitter, "Remove a task that is over, with its files"}, s.purgeTask)
	add(s, route{"GET", "/archive/{days}", submitter, "Archive own tasks that are over for more than so many days"}, s.archiveOld)
	add(s, route{"DELETE", "/archive/{days}", submitter, "Remove own tasks that are over for more than so many days"}, s.purgeOld)
	add(s, route{"GET", "/task/{id}/files/{path...}", reader, "A file of a task, or what is in a folder"}, s.taskFile)
	add(s, route{"PUT", "/task/{id}/files/{path...}", submitter, "Put a file into the folder of a task that runs"}, s.putFile)
	add(s, route{"GET", "/task/{id}/zip/{path...}", reader, "A folder of a task, packed"}, s.zipFolder)
	add(s, route{"GET", "/task/{id}/lines", reader, "Where the lines of what a task prints begin, and which have a text"}, s.lines)
	add(s, route{"GET", "/task/{id}/history", reader, "The attempts and the events of a task"}, s.history)
	add(s, route{"GET", "/task/{id}/log", reader, "What a task prints, as server-sent events"}, s.taskLog)
	add(s, route{"POST", "/task/{id}/web", submitter, "A ticket with which a browser opens the web port of a task"}, s.openWeb)
	add(s, route{"POST", "/task/{id}/terminal", submitter, "Get a ticket for a terminal in a task that runs: it works once, for a minute"}, s.ticket)
	add(s, route{"GET", "/task/{id}/terminal", submitter, "A terminal in a task that runs, as a WebSocket whose first message has a ticket"}, s.terminal)
	add(s, route{"GET", "/event", reader, "Changes of tasks, as server-sent events"}, s.events)

	add(s, route{"POST", "/Plugin.Activate", public, "As a plug-in of Docker engines: what kind of one this server is"}, s.activate)
	add(s, route{"POST", "/AuthZPlugin.AuthZReq", public, "Whether an engine may do what it is asked for; the token in the request decides"}, s.mayEngine)
	add(s, route{"POST", "/AuthZPlugin.AuthZRes", public, "Whether an engine may say what it did"}, s.mayEngineAnswer)
}

type empty struct{}

type body[T any] struct {
	Body T
}

func answer[T any](v T) *body[T] { return &body[T]{Body: v} }

func (s *Server) ping(ctx context.Context, _ *empty) (*body[map[string]string], error) {
	if err := s.Store.Ping(ctx); err != nil {
		return nil, s.fail(godocker.Errorf(godocker.Unavailable, "the database does not answer: %w", err))
	}
	return answer(map[string]string{"msg": "pong"}), nil
}

func (s *Server) config(context.Context, *empty) (*body[api.Config], error) {
	return answer(*s.published()), nil
}
