package local

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/internal/account"
)

// patience is how long the system's directories may take.
const patience = 5 * time.Second

// System returns the ids, groups and home of the account of that name on this
// machine, whatever its directories are (getent asks what nsswitch.conf says). Without
// such an account it is godocker.NotFound.
func System(ctx context.Context, name string) (u godocker.User, err error) {
	none := godocker.Errorf(godocker.NotFound, "there is no account %q on this machine", name)
	if !account.Name.MatchString(name) {
		return u, none
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	line, err := exec.CommandContext(ctx, "getent", "passwd", name).Output()
	if code, ended := errors.AsType[*exec.ExitError](err); ended && code.ExitCode() == 2 {
		return u, none
	}
	if errors.Is(err, exec.ErrNotFound) {
		return fromFiles(name, none)
	}
	if err != nil {
		return u, unanswered(name, err)
	}
	f := strings.Split(strings.TrimSuffix(string(line), "\n"), ":")
	if len(f) != 7 || f[0] != name { // a number is taken for a uid
		return u, none
	}
	groups, err := exec.CommandContext(ctx, "id", "-G", "--", name).Output()
	if err != nil {
		return u, unanswered(name, err)
	}
	return facts(name, f[2], f[3], f[5], strings.Fields(string(groups)))
}

func unanswered(name string, err error) error {
	return &godocker.Error{Code: godocker.Unavailable, Message: "the machine cannot be asked about the account " + name, Err: err}
}

// fromFiles asks /etc/passwd and /etc/group alone, on machines without getent.
func fromFiles(name string, none error) (godocker.User, error) {
	a, err := user.Lookup(name)
	if _, unknown := errors.AsType[user.UnknownUserError](err); unknown {
		return godocker.User{}, none
	}
	if err != nil {
		return godocker.User{}, unanswered(name, err)
	}
	groups, err := a.GroupIds()
	if err != nil {
		return godocker.User{}, unanswered(name, err)
	}
	return facts(name, a.Uid, a.Gid, a.HomeDir, groups)
}

func facts(name, uid, gid, home string, groups []string) (godocker.User, error) {
	u := godocker.User{ID: name, Home: home}
	var err1, err2 error
	u.UID, err1 = strconv.Atoi(uid)
	u.GID, err2 = strconv.Atoi(gid)
	if err1 != nil || err2 != nil {
		return u, unanswered(name, fmt.Errorf("its ids are %q and %q", uid, gid))
	}
	for _, g := range groups {
		if n, err := strconv.Atoi(g); err == nil && n > 0 && n != u.GID {
			u.Groups = append(u.Groups, n)
		}
	}
	slices.Sort(u.Groups)
	u.Groups = slices.Compact(u.Groups)
	return u, nil
}
