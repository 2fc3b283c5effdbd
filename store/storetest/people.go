package storetest

import (
	"errors"
	"time"

	"godocker"
)

func users(h *harness) {
	ann := godocker.User{ID: "ann", UID: 1001, GID: 1002, Groups: []int{5, 6}, Email: "a@example.org", Home: "/home/ann", Admin: true, Active: true,
		Guest: true, Source: "ldap", PublicKey: "ssh-ed25519 x", PasswordHash: "h", Priority: 70, Quota: godocker.Quota{CPU: 1.5, Disk: 1 << 40},
		Created: epoch, LastSeen: epoch.Add(time.Hour)}
	h.ok(h.s.CreateUser(h.Context(), ann))
	h.code(h.s.CreateUser(h.Context(), ann), godocker.Conflict, "CreateUser")
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "bob"}))
	got, err := h.s.User(h.Context(), "ann")
	h.ok(err)
	h.same("user", got, ann)
	_, err = h.s.User(h.Context(), "eve")
	h.code(err, godocker.NotFound, "User")
	us, err := h.s.ListUsers(h.Context())
	h.ok(err)
	h.same("users", us, []godocker.User{ann, {ID: "bob"}})

	got, err = h.s.UpdateUser(h.Context(), "ann", func(u *godocker.User) error {
		u.ID, u.Active, u.Priority, u.Groups = "eve", false, 10, nil
		return nil
	})
	h.ok(err)
	ann.Active, ann.Priority, ann.Groups = false, 10, nil
	h.same("updated", got, ann)
	no := errors.New("no")
	_, err = h.s.UpdateUser(h.Context(), "ann", func(u *godocker.User) error { u.Email = "x"; return godocker.Errorf(godocker.Denied, "%w", no) })
	h.code(err, godocker.Denied, "UpdateUser")
	got, err = h.s.User(h.Context(), "ann")
	h.ok(err)
	h.same("unchanged", got, ann)
	_, err = h.s.UpdateUser(h.Context(), "eve", func(*godocker.User) error { return nil })
	h.code(err, godocker.NotFound, "UpdateUser")

	seen := func(at time.Time) time.Time {
		h.ok(h.s.TouchUser(h.Context(), "bob", at))
		u, err := h.s.User(h.Context(), "bob")
		h.ok(err)
		return u.LastSeen
	}
	h.same("seen", seen(epoch), epoch)
	h.same("seen soon after", seen(epoch.Add(30*time.Second)), epoch)
	h.same("seen later", seen(epoch.Add(time.Minute)), epoch.Add(time.Minute))
	h.ok(h.s.TouchUser(h.Context(), "eve", epoch))

	h.ok(h.s.CreateProject(h.Context(), godocker.Project{ID: "p1", Members: []string{"ann", "bob"}}))
	_, err = h.s.CreateKey(h.Context(), godocker.Key{User: "ann", Digest: "d"})
	h.ok(err)
	h.ok(h.s.DeleteUser(h.Context(), "ann"))
	h.code(h.s.DeleteUser(h.Context(), "ann"), godocker.NotFound, "DeleteUser")
	_, _, err = h.s.KeyByDigest(h.Context(), "d")
	h.code(err, godocker.NotFound, "the key of a user who is gone")
	p, err := h.s.Project(h.Context(), "p1")
	h.ok(err)
	h.same("members", p.Members, []string{"bob"})
}

func keys(h *harness) {
	ann := godocker.User{ID: "ann", UID: 1001, Active: true, Priority: 50, Created: epoch}
	h.ok(h.s.CreateUser(h.Context(), ann))
	k := godocker.Key{User: "ann", Name: "laptop", Prefix: "god_ab", Digest: "d1", Scopes: []godocker.Scope{godocker.ScopeRead, godocker.ScopeSubmit},
		Created: epoch, Expires: epoch.Add(time.Hour)}
	id, err := h.s.CreateKey(h.Context(), k)
	h.ok(err)
	_, err = h.s.CreateKey(h.Context(), k)
	h.code(err, godocker.Conflict, "a digest twice")
	_, err = h.s.CreateKey(h.Context(), godocker.Key{User: "eve", Digest: "d9"})
	h.code(err, godocker.NotFound, "a key of nobody")
	k.ID = id
	gotKey, gotUser, err := h.s.KeyByDigest(h.Context(), "d1")
	h.ok(err)
	h.same("key", gotKey, k)
	h.same("its user", gotUser, ann)
	gotKey, _, err = h.s.KeyByID(h.Context(), id)
	h.ok(err)
	h.same("key", gotKey, k)
	_, _, err = h.s.KeyByDigest(h.Context(), "d2")
	h.code(err, godocker.NotFound, "KeyByDigest")
	touched := func(at time.Time) time.Time {
		h.ok(h.s.TouchKey(h.Context(), id, at))
		k, _, err := h.s.KeyByID(h.Context(), id)
		h.ok(err)
		return k.LastUsed
	}
	h.same("touched", touched(epoch), epoch)
	h.same("touched soon after", touched(epoch.Add(30*time.Second)), epoch)
	h.same("touched later", touched(epoch.Add(time.Minute)), epoch.Add(time.Minute))
	h.ok(h.s.TouchKey(h.Context(), 99, epoch))
	second, err := h.s.CreateKey(h.Context(), godocker.Key{User: "ann", Digest: "d2", Created: epoch})
	h.ok(err)
	ks, err := h.s.ListKeys(h.Context(), "ann")
	h.ok(err)
	if len(ks) != 2 || ks[0].ID != id || ks[1].ID != second {
		h.Errorf("keys: %+v", ks)
	}
	h.code(h.s.DeleteKey(h.Context(), "bob", second), godocker.NotFound, "deleting the key of another")
	h.ok(h.s.DeleteKey(h.Context(), "ann", second))
	h.code(h.s.DeleteKey(h.Context(), "ann", second), godocker.NotFound, "DeleteKey")
	third, err := h.s.CreateKey(h.Context(), godocker.Key{User: "ann", Digest: "d3"})
	h.ok(err)
	if third == second {
		h.Error("the id of a key is used twice")
	}
}

func projects(h *harness) {
	p := godocker.Project{ID: "p1", Description: "d", Members: []string{"ann", "bob"}, Leaders: []string{"ann"}, Priority: 60, Quota: godocker.Quota{Time: 5},
		Volumes: []godocker.Volume{{Name: "v", ACL: godocker.ReadOnly, Path: "/v"}}, Created: epoch}
	def, err := h.s.Project(h.Context(), godocker.DefaultProject)
	h.ok(err)
	h.same("default", def, godocker.Project{ID: godocker.DefaultProject, Priority: godocker.DefaultPriority})
	h.ok(h.s.CreateProject(h.Context(), p))
	h.code(h.s.CreateProject(h.Context(), p), godocker.Conflict, "CreateProject")
	h.ok(h.s.CreateProject(h.Context(), godocker.Project{ID: "p2", Members: []string{"annabel"}}))
	got, err := h.s.Project(h.Context(), "p1")
	h.ok(err)
	h.same("project", got, p)
	list := func(member string) (ids []string) {
		ps, err := h.s.ListProjects(h.Context(), member)
		h.ok(err)
		for _, p := range ps {
			ids = append(ids, p.ID)
		}
		return ids
	}
	h.same("all", list(""), []string{"default", "p1", "p2"})
	h.same("of ann", list("ann"), []string{"default", "p1"})
	got, err = h.s.UpdateProject(h.Context(), "p1", func(p *godocker.Project) error { p.Members = []string{"eve"}; return nil })
	h.ok(err)
	p.Members = []string{"eve"}
	h.same("updated", got, p)
	_, err = h.s.UpdateProject(h.Context(), "p9", func(*godocker.Project) error { return nil })
	h.code(err, godocker.NotFound, "UpdateProject")
	_, err = h.s.Project(h.Context(), "p9")
	h.code(err, godocker.NotFound, "Project")
	h.ok(h.s.DeleteProject(h.Context(), "p1"))
	h.code(h.s.DeleteProject(h.Context(), "p1"), godocker.NotFound, "DeleteProject")
	h.code(h.s.DeleteProject(h.Context(), godocker.DefaultProject), godocker.Conflict, "deleting the default project")
}
