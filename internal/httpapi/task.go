package httpapi

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/api"
	"godocker/store"
)

func taskID(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n > 0
}

type byID struct {
	ID string `path:"id" doc:"id of the task" example:"12"`
}

func (s *Server) submitTask(ctx context.Context, in *body[api.Task]) (*body[api.Added], error) {
	id, err := s.Submit.Submit(ctx, submitterOf(callerOf(ctx)), in.Body, time.Now())
	if err != nil {
		return nil, err
	}
	if in.Body.User.ID != "" && callerOf(ctx).Admin() {
		noteOthers(ctx, in.Body.User.ID, fmt.Sprintf("task %d of %s", id, in.Body.User.ID))
	}
	return answer(api.Added{Msg: "Task added", ID: id}), nil
}

func (s *Server) getTask(ctx context.Context, in *byID) (*body[api.Task], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.document(&t)), nil
}

func (s *Server) document(t *godocker.Task) api.Task {
	doc := api.FromTask(t, s.Dirs.Path(t), time.Now())
	if known := s.published().Executors; doc.Container.Executor != "" && !t.State.Final() && len(known) > 0 && !slices.Contains(known, doc.Container.Executor) {
		lost := fmt.Sprintf("its executor %s is not in the configuration any more", doc.Container.Executor)
		doc.Status.Reason, doc.Container.Status = &lost, lost
	}
	return doc
}

func (s *Server) taskStatus(ctx context.Context, in *byID) (*body[api.TaskStatus], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(api.TaskStatus{ID: t.ID, Status: api.FromStatus(&t, time.Now())}), nil
}

var active = []godocker.State{godocker.Pending, godocker.Starting, godocker.Running, godocker.Ending}
var over = []godocker.State{godocker.Over, godocker.Archived}

func (s *Server) query(ctx context.Context, q store.Query) ([]api.Task, error) {
	tasks, err := s.Store.List(ctx, q)
	if err != nil {
		return nil, err
	}
	docs := make([]api.Task, len(tasks))
	for i := range tasks {
		docs[i] = s.document(&tasks[i])
	}
	return docs, nil
}

type byProject struct {
	Project string `query:"project" doc:"only tasks of this project"`
}

func (s *Server) activeTasks(ctx context.Context, in *byProject) (*body[[]api.Task], error) {
	q := store.Query{States: active, Project: in.Project, Whole: true}
	if err := s.only(ctx, "", &q); err != nil {
		return nil, err
	}
	docs, err := s.query(ctx, q)
	return answer(docs), err
}

func (s *Server) allActiveTasks(ctx context.Context, in *byProject) (*body[[]api.Task], error) {
	docs, err := s.query(ctx, store.Query{States: active, Project: in.Project, Whole: true})
	return answer(docs), err
}

type overInput struct {
	Skip    int    `path:"skip" minimum:"0"`
	Limit   int    `path:"limit" minimum:"0" doc:"0 = all"`
	Project string `query:"project" doc:"only tasks of this project"`
	Body    *struct {
		Start api.Epoch `json:"start" doc:"submitted at or after, seconds since 1970"`
		End   api.Epoch `json:"end" doc:"submitted before, seconds since 1970"`
	}
}

func (in *overInput) query() store.Query {
	q := store.Query{States: over, Project: in.Project, Whole: true, Skip: in.Skip, Limit: in.Limit}
	if in.Body != nil {
		q.Since, q.Until = in.Body.Start.Time, in.Body.End.Time
	}
	return q
}

func (s *Server) overTasks(ctx context.Context, in *overInput) (*body[[]api.Task], error) {
	q := in.query()
	if err := s.only(ctx, "", &q); err != nil {
		return nil, err
	}
	docs, err := s.query(ctx, q)
	return answer(docs), err
}

func (s *Server) allOverTasks(ctx context.Context, in *overInput) (*body[[]api.Task], error) {
	docs, err := s.query(ctx, in.query())
	return answer(docs), err
}

type listInput struct {
	State   string  `query:"state" doc:"pending, running, over or archived; several separated by commas"`
	Outcome string  `query:"outcome" doc:"how they ended: succeeded, failed, killed and so on, or unsuccessful, which is all but succeeded; several separated by commas"`
	User    string  `query:"user" doc:"administrators: tasks of this user, * = everybody's"`
	Project string  `query:"project"`
	Tag     string  `query:"tag"`
	Image   string  `query:"image" doc:"the image, as it was asked for"`
	Text    string  `query:"q" doc:"part of the name, the description or a tag"`
	IDs     string  `query:"ids" doc:"only these tasks, elements of arrays too: at most 1000 ids separated by commas"`
	Order   string  `query:"order" enum:"newest,oldest" default:"newest"`
	Parent  int64   `query:"parent" doc:"the elements of this array; without it, arrays come without their elements"`
	Before  int64   `query:"before" doc:"the cursor of the page before: ids below this one, or above it where the oldest come first"`
	Limit   int     `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	Since   float64 `query:"since" doc:"submitted at or after, seconds since 1970"`
	Until   float64 `query:"until" doc:"submitted before, seconds since 1970"`
	Fields  string  `query:"fields" doc:"only these fields of the documents, separated by commas" example:"id,meta.name,status.primary"`
}

// A page is an api.Page of documents that may be thin.
type page struct {
	Tasks []thin `json:"tasks"`
	Next  int64  `json:"next" doc:"the cursor of the next page, 0 at the end; where much has to be searched through, a page may have less than asked for, or nothing, and still a next one"`
}

func (s *Server) listTasks(ctx context.Context, in *listInput) (*body[page], error) {
	q := store.Query{Project: in.Project, Tag: in.Tag, Image: in.Image, Text: in.Text, Limit: in.Limit,
		Parent: in.Parent, Whole: in.Parent == 0 && in.IDs == "", Oldest: in.Order == "oldest"}
	if q.Oldest {
		q.After = in.Before
	} else {
		q.Before = in.Before
	}
	var err error
	if q.IDs, err = idsOf(in.IDs); err != nil {
		return nil, err
	}
	if q.States, err = statesOf(in.State); err != nil {
		return nil, err
	}
	if q.Outcomes, err = outcomesOf(in.Outcome); err != nil {
		return nil, err
	}
	if q.Since, q.Until, err = timesOf(in.Since, in.Until); err != nil {
		return nil, err
	}
	only, err := fieldsOf(in.Fields)
	if err != nil {
		return nil, err
	}
	if err := s.only(ctx, in.User, &q); err != nil {
		return nil, err
	}
	ts, next, err := s.search(ctx, q)
	if err != nil {
		return nil, err
	}
	out := page{Tasks: make([]thin, len(ts)), Next: next}
	for i := range ts {
		out.Tasks[i] = thin{s.document(&ts[i]), only}
	}
	return answer(out), nil
}

// outcomesOf reads words separated by commas.
func outcomesOf(words string) ([]godocker.Outcome, error) {
	const unsuccessful = "unsuccessful"
	var out []godocker.Outcome
	for word := range strings.SplitSeq(words, ",") {
		switch o := godocker.Outcome(strings.TrimSpace(word)); {
		case o == godocker.NoOutcome:
		case o == unsuccessful:
			out = append(out, godocker.Unsuccessful...)
		case o == godocker.Succeeded, slices.Contains(godocker.Unsuccessful, o):
			out = append(out, o)
		default:
			return nil, godocker.FieldErrors([]godocker.FieldError{{Field: "outcome", Message: fmt.Sprintf("want succeeded, unsuccessful or one of %v, got %q", godocker.Unsuccessful, word)}})
		}
	}
	return out, nil
}

// idsOf reads ids separated by commas.
func idsOf(words string) ([]int64, error) {
	if words == "" {
		return nil, nil
	}
	var ids []int64
	for word := range strings.SplitSeq(words, ",") {
		id, ok := taskID(strings.TrimSpace(word))
		if ids = append(ids, id); !ok || len(ids) > mostAtOnce {
			return nil, godocker.FieldErrors([]godocker.FieldError{{Field: "ids", Message: fmt.Sprintf("want at most %d ids separated by commas", mostAtOnce)}})
		}
	}
	return ids, nil
}

// timesOf reads seconds since 1970; 0 is no time.
func timesOf(since, until float64) (from, to time.Time, err error) {
	var wrong []godocker.FieldError
	read := func(field string, seconds float64) (t time.Time) {
		if seconds < 0 || seconds > lastSecond || math.IsNaN(seconds) {
			wrong = append(wrong, godocker.FieldError{Field: field, Message: "want seconds since 1970"})
		} else if seconds > 0 {
			t = time.UnixMicro(int64(seconds * 1e6)).UTC()
		}
		return t
	}
	from, to = read("since", since), read("until", until)
	return from, to, godocker.FieldErrors(wrong)
}

const lastSecond = 253402300799 // of the year 9999

// statesOf reads the primary words of states.
func statesOf(words string) ([]godocker.State, error) {
	var out []godocker.State
	for word := range strings.SplitSeq(words, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		before := len(out)
		for _, st := range godocker.States {
			if st.Primary() == word {
				out = append(out, st)
			}
		}
		if len(out) == before {
			return nil, godocker.FieldErrors([]godocker.FieldError{{Field: "state", Message: "want pending, running, over or archived, got " + strconv.Quote(word)}})
		}
	}
	return out, nil
}
