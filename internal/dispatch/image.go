package dispatch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/credential"
	"godocker/internal/image"
	"godocker/internal/volume"
)

// image says which image the attempt runs, and with which login it is fetched. A login
// brings images to the node that others must not have: their repository is guarded
// before that, and whoever starts something of it has to show to the registry that they
// may have it, even if the node has it already. why tells of a login that cannot be
// used.
func (r *Room) image(ctx context.Context, exec executor.Executor, t *godocker.Task, a *executor.Assignment) (why string, err error) {
	n, err := image.Parse(t.Container.Image, "")
	if err != nil {
		return "", fmt.Errorf("%w: %q %w", executor.ErrCannotStart, t.Container.Image, err)
	}
	a.Image, a.Pull = n.String(), t.Container.Pull
	registrar, _ := exec.(executor.Registrar)
	own := exec.Capabilities().OwnLogins
	if registrar != nil || own {
		if a.Login, why, err = r.login(ctx, t, n); err != nil {
			return "", err
		}
	}
	if r.Listed(a.Image) {
		return why, nil // it is for everybody, as the site says
	}
	if own { // the registry is asked by each start, and the node shows nobody what another's login brought
		if a.Pull == godocker.PullNever {
			return "", fmt.Errorf("%w: its pull policy is never, and each use of %s is shown to its registry", executor.ErrCannotStart, n)
		}
		a.Pull = godocker.PullAlways
	}
	if a.Login == nil && why == "" {
		why = "if the image is private, give this server your login by: god registry login " + n.Registry()
	}
	if own {
		return why, nil
	}
	if a.Login != nil {
		err = r.guard(ctx, registrar, n)
	}
	a.MayUse = func(ctx context.Context) error { return r.mayUse(ctx, registrar, t.User.ID, n, a.Login) }
	return why, err
}

// explained adds to a registry's refusal why a login was not shown to it.
func explained(err error, why string) error {
	if no, ok := errors.AsType[executor.RegistryRefusal](err); ok && why != "" {
		return executor.RegistryRefusal{Words: no.Words + "; " + why}
	}
	return err
}

// login is what the owner has for the registry of an image: what they gave to this
// server, or else what is in their home if the task has it.
func (r *Room) login(ctx context.Context, t *godocker.Task, n image.Name) (l *executor.RegistryLogin, why string, err error) {
	all, err := r.Store.Logins(ctx, t.User.ID)
	if err != nil {
		return nil, "", err
	}
	for _, kept := range all {
		if kept.Registry != n.Registry() || r.Seal == nil {
			continue
		}
		if secret, bad := r.Seal.Open(kept); bad != nil {
			why = bad.Error()
		} else {
			l = &executor.RegistryLogin{Registry: kept.Registry, Username: kept.Username, Password: secret.Password, Token: secret.Token}
		}
		return l, why, nil
	}
	for _, v := range t.Container.Volumes {
		if v.Name == homeVolume && r.CheckVolumes {
			return fromHome(v, t.User, n.Registry())
		}
	}
	return nil, "", nil
}

const homeVolume = "home"

func fromHome(v godocker.Volume, owner godocker.Owner, registry string) (l *executor.RegistryLogin, why string, err error) {
	f, err := volume.Open(v, owner, credential.Archive, credential.MaxArchive)
	no, refused := errors.AsType[*volume.Refusal](err)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, "", nil
	case refused:
		return nil, no.Error(), nil
	case err != nil:
		return nil, "", err
	}
	defer f.Close()
	if l, err = credential.FromArchive(f, registry); err != nil {
		return nil, credential.Archive + " in the home was not used: " + err.Error(), nil
	}
	return l, "", nil
}

// guard guards a repository unless everybody may have its images, or if nobody can
// tell.
func (r *Room) guard(ctx context.Context, x executor.Registrar, n image.Name) error {
	known, err := r.Store.Guarded(ctx, n.Repository())
	if err != nil || known {
		return err
	}
	err = r.ask(ctx, x, n.String(), nil)
	if errors.Is(err, executor.ErrCannotStart) {
		return r.Store.Guard(ctx, n.Repository(), true)
	}
	return err
}

// mayUse asks the registry about images of guarded repositories.
func (r *Room) mayUse(ctx context.Context, x executor.Registrar, user string, n image.Name, login *executor.RegistryLogin) error {
	guarded, err := r.Store.Guarded(ctx, n.Repository())
	if err != nil || !guarded {
		return err
	}
	if x == nil {
		return fmt.Errorf("%w: %s is not for everybody, and this executor cannot ask its registry", executor.ErrCannotStart, n)
	}
	err = r.ask(ctx, x, n.String(), login)
	no, refused := errors.AsType[executor.RegistryRefusal](err)
	switch {
	case refused && login == nil:
		return executor.RegistryRefusal{Words: fmt.Sprintf("%s wants a login, and %s has none for %s: %s", n, user, n.Registry(), no.Words)}
	case refused:
		return executor.RegistryRefusal{Words: fmt.Sprintf("%s does not let %s have %s: %s", n.Registry(), user, n, no.Words)}
	case err == nil && login == nil: // everybody may have it by now
		err = r.Store.Guard(ctx, n.Repository(), false)
	}
	return err
}

// A question to a registry.
type question struct {
	image string
	login executor.RegistryLogin
}

const (
	answerFor   = time.Minute // how long a registry's yes is believed
	mostAnswers = 1000
	askTime     = 30 * time.Second // for one question
)

// ask asks a registry, or remembers that it said yes.
func (r *Room) ask(ctx context.Context, x executor.Registrar, image string, login *executor.RegistryLogin) error {
	q := question{image: image}
	if login != nil {
		q.login = *login
	}
	r.mu.Lock()
	said, ok := r.allowed[q]
	r.mu.Unlock()
	if ok && time.Since(said) < answerFor {
		return nil
	}
	asked, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	if err := x.Ask(asked, image, login); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.allowed == nil || len(r.allowed) >= mostAnswers {
		r.allowed = map[question]time.Time{}
	}
	r.allowed[q] = time.Now()
	return nil
}
