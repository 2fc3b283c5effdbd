package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// client is what every command works with.
type client struct {
	output string
	older  bool // it is called by a name of old, whose options have the defaults of old
}

// account is the login file: one line of JSON, readable by its owner alone.
type account struct {
	User   string `json:"user"`
	APIKey string `json:"apikey"`
	Server string `json:"server"`
	NoCert bool   `json:"noCert"`
}

func accountPath() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".godocker_auth"), err
}

// The variables of the environment that go before the login file.
const (
	envServer = "GODOCKER_SERVER"
	envUser   = "GODOCKER_USER"
	envKey    = "GODOCKER_APIKEY"
)

// load reads the login file. The environment goes before it, variable by variable, so
// that a script can be somebody else for once.
func load() (account, error) {
	env := account{User: os.Getenv(envUser), APIKey: os.Getenv(envKey), Server: os.Getenv(envServer)}
	if env.User != "" && env.APIKey != "" && env.Server != "" {
		return env, nil
	}
	read := loadFile
	if name := os.Getenv("GODOCKER_CONTEXT"); name != "" {
		read = func() (account, error) { return namedAccount(name) }
	}
	a, err := read()
	if set, missing := env.variables(); errors.Is(err, godocker.Unauthorized) && len(set) > 0 {
		return a, godocker.Errorf(godocker.Unauthorized, "of %s, %s and %s there is only %s, and there is no login to take the others from: set %s, or log in with godlogin",
			envServer, envUser, envKey, strings.Join(set, " and "), strings.Join(missing, " and "))
	}
	if err != nil {
		return a, err
	}
	return env.before(a)
}

// variables are the names of those that say something, and of those that do not.
func (a account) variables() (set, missing []string) {
	for _, v := range [][2]string{{envServer, a.Server}, {envUser, a.User}, {envKey, a.APIKey}} {
		if v[1] != "" {
			set = append(set, v[0])
		} else {
			missing = append(missing, v[0])
		}
	}
	return set, missing
}

// before returns what a login becomes by what the environment says. Its key is shown to
// no other server, and for nobody else.
func (a account) before(login account) (account, error) {
	other := ""
	if a.Server != "" && strings.TrimRight(a.Server, "/") != strings.TrimRight(login.Server, "/") {
		other, login.Server, login.NoCert = "is for "+login.Server+", and "+envServer+" is "+a.Server, a.Server, false
	}
	if a.User != "" && a.User != login.User {
		other, login.User = "is "+login.User+"'s, and "+envUser+" is "+a.User, a.User
	}
	if a.APIKey != "" {
		other, login.APIKey = "", a.APIKey
	}
	if other != "" {
		return login, godocker.Errorf(godocker.Unauthorized, "the API key of the login %s: set %s, too", other, envKey)
	}
	return login, nil
}

// loadFile reads the login file, whatever the environment says.
func loadFile() (a account, err error) {
	path, err := accountPath()
	if err != nil {
		return a, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return a, godocker.Errorf(godocker.Unauthorized, "Log in first: godlogin -s SERVER -l USER -a APIKEY")
	}
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if err != nil {
		return a, fmt.Errorf("%s: %w; log in again with godlogin", path, err)
	}
	return a, nil
}

// save replaces the login file as a whole.
func save(a account) error {
	path, err := accountPath()
	if err != nil {
		return err
	}
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return replaceFile(path, text)
}

// replaceFile writes a file as a whole, with mode 600.
func replaceFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*") // mode 600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(text, '\n'))
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// connect returns a client that is logged in.
func (*client) connect(ctx context.Context) (*api.Client, error) {
	a, err := load()
	if err != nil {
		return nil, err
	}
	c := api.NewClient(a.Server, a.NoCert)
	return c, c.Login(ctx, a.User, a.APIKey)
}

func (*client) login() *cobra.Command {
	var a account
	c := &cobra.Command{Use: "login", Short: "Log in and remember it in ~/.godocker_auth", Args: cobra.NoArgs,
		Long: "Log in and remember it in ~/.godocker_auth. Without --apikey the key is read from\n" +
			"GODOCKER_APIKEY or standard input, where other people on this machine do not see it.",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := a.check(c); err != nil {
				return err
			}
			return save(a)
		}}
	a.flags(c.Flags())
	return c
}

// check asks for what is missing, and tries whether the server lets the account in.
func (a *account) check(c *cobra.Command) error {
	if a.Server == "" || a.User == "" {
		return godocker.Errorf(godocker.Invalid, "want --server and --login, such as: godlogin -s http://127.0.0.1:6543 -l bob")
	}
	if !strings.Contains(a.Server, "://") {
		return godocker.Errorf(godocker.Invalid, "--server %q: want an address such as http://127.0.0.1:6543", a.Server)
	}
	if err := askKey(c, a); err != nil {
		return err
	}
	return api.NewClient(a.Server, a.NoCert).Login(c.Context(), a.User, a.APIKey)
}

func (a *account) flags(f *pflag.FlagSet) {
	f.StringVarP(&a.APIKey, "apikey", "a", "", "API key")
	f.StringVarP(&a.User, "login", "l", "", "user name")
	f.StringVarP(&a.Server, "server", "s", "", "address of the server, such as https://god.example.org")
	f.BoolVar(&a.NoCert, "no-certificate", false, "do not check the server's certificate")
}

func askKey(c *cobra.Command, a *account) error {
	if a.APIKey == "" {
		a.APIKey = os.Getenv("GODOCKER_APIKEY")
	}
	if a.APIKey != "" {
		return nil
	}
	if onTerminal(os.Stdin) {
		fmt.Fprint(c.ErrOrStderr(), "API key: ")
	}
	line, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
	if a.APIKey = strings.TrimSpace(line); a.APIKey == "" {
		return godocker.Errorf(godocker.Invalid, "want an API key: with --apikey, in GODOCKER_APIKEY, or on standard input (%v)", err)
	}
	return nil
}

func onTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
