package sqlstore

import (
	"context"
	"slices"

	"godocker"
)

func queryProjects(q querier, tail string, args ...any) ([]godocker.Project, error) {
	var ps []godocker.Project
	err := q.query(`SELECT id, description, members, priority, quota, volumes, created, disk_used, leaders FROM projects `+tail, args, func(scan func(...any) error) error {
		var p godocker.Project
		var members, quota, volumes, leaders string
		var created int64
		if err := scan(&p.ID, &p.Description, &members, &p.Priority, &quota, &volumes, &created, &p.DiskUsed, &leaders); err != nil {
			return err
		}
		p.Created = fromMicros(created)
		for _, f := range []struct {
			text string
			v    any
		}{{members, &p.Members}, {leaders, &p.Leaders}, {quota, &p.Quota}, {volumes, &p.Volumes}} {
			if err := fromJSON(f.text, f.v); err != nil {
				return err
			}
		}
		ps = append(ps, p)
		return nil
	})
	return ps, err
}

func projectArgs(p *godocker.Project) []any {
	return []any{p.ID, p.Description, toJSON(p.Members), p.Priority, quotaJSON(p.Quota), toJSON(p.Volumes), micros(p.Created), toJSON(p.Leaders)}
}

func oneProject(q querier, id, tail string) (godocker.Project, error) {
	ps, err := queryProjects(q, `WHERE id = ?`+tail, id)
	if err != nil || len(ps) > 0 {
		return append(ps, godocker.Project{})[0], err
	}
	return godocker.Project{}, godocker.Errorf(godocker.NotFound, "there is no project %s", id)
}

// CreateProject adds a project.
func (s *Store) CreateProject(ctx context.Context, p godocker.Project) error {
	return s.write(ctx, func(t *txn) error {
		disk, err := t.diskOf(payer{"projects", p.ID})
		if err != nil {
			return err
		}
		n, err := t.change(`INSERT INTO projects (id, description, members, priority, quota, volumes, created, leaders, disk_used) VALUES (`+list(9)+`) ON CONFLICT (id) DO NOTHING`,
			append(projectArgs(&p), disk)...)
		if err == nil && n == 0 {
			err = godocker.Errorf(godocker.Conflict, "there is a project %s already", p.ID)
		}
		return err
	})
}

// Project returns one project.
func (s *Store) Project(ctx context.Context, id string) (p godocker.Project, err error) {
	err = s.read(ctx, func(q querier) (err error) {
		p, err = oneProject(q, id, "")
		return err
	})
	return p, err
}

// ListProjects returns all projects by id, or those a user is a member of. Everybody
// is a member of the default project.
func (s *Store) ListProjects(ctx context.Context, member string) (ps []godocker.Project, err error) {
	err = s.read(ctx, func(q querier) (err error) {
		ps, err = queryProjects(q, `ORDER BY id`)
		return err
	})
	if member == "" {
		return ps, err
	}
	return slices.DeleteFunc(ps, func(p godocker.Project) bool {
		return p.ID != godocker.DefaultProject && !slices.Contains(p.Members, member)
	}), err
}

// UpdateProject changes a project, as UpdateUser does a user.
func (s *Store) UpdateProject(ctx context.Context, id string, change func(*godocker.Project) error) (p godocker.Project, err error) {
	err = s.write(ctx, func(t *txn) error {
		if p, err = oneProject(t, id, t.d.forUpdate); err != nil {
			return err
		}
		if err := change(&p); err != nil {
			return err
		}
		p.ID = id
		return t.exec(`UPDATE projects SET description = ?, members = ?, priority = ?, quota = ?, volumes = ?, created = ?, leaders = ? WHERE id = ?`,
			append(projectArgs(&p)[1:], id)...)
	})
	return p, err
}

// DeleteProject removes a project; its tasks and books stay. The default project
// cannot be removed.
func (s *Store) DeleteProject(ctx context.Context, id string) error {
	if id == godocker.DefaultProject {
		return godocker.Errorf(godocker.Conflict, "the project %s always exists", id)
	}
	return s.write(ctx, func(t *txn) error {
		n, err := t.change(`DELETE FROM projects WHERE id = ?`, id)
		if err == nil && n == 0 {
			err = godocker.Errorf(godocker.NotFound, "there is no project %s", id)
		}
		if err != nil {
			return err
		}
		return unshareRecipes(t, id)
	})
}
