package godocker

import (
	"strconv"
	"strings"
)

// A Need is what a condition asks of the task it names.
type Need string

// The needs. A bare id is NeedEnd.
const (
	NeedEnd     Need = "any"   // it is over, whatever the outcome
	NeedSuccess Need = "ok"    // it succeeded
	NeedFailure Need = "fail"  // it is over and did not succeed
	NeedStart   Need = "start" // it has started
)

// A Condition names one task, by id or by name, and what is asked of it.
type Condition struct {
	Need Need   `json:"need"`
	ID   int64  `json:"id,omitempty"`   // 0 if the task is named
	Name string `json:"name,omitempty"` // of a task of the same owner
	// Each asks it of the element with the same value of another array, and
	// not of the whole array. First and Step are that array's, once known.
	Each  bool  `json:"each,omitempty"`
	First int64 `json:"first,omitempty"`
	Step  int64 `json:"step,omitempty"`
}

// Target is the id of the task that the condition is about, for an element with the
// given value, or for a task that is no element.
func (c Condition) Target(value int64) int64 {
	if !c.Each || c.Step == 0 {
		return c.ID
	}
	return c.ID + 1 + (value-c.First)/c.Step
}

// A Clause is met by any one of its conditions.
type Clause []Condition

// Dependencies are met when every clause is. The zero value is met.
type Dependencies []Clause

// ParseDependencies reads the items of requirements.tasks. Each item is a clause;
// an item may hold several, separated by commas. Conditions of a clause are
// separated by question marks. A condition is an id or a name, with an optional
// ok:, fail:, any: or start: before it, and an optional [] after it for the
// elements of an array one by one. Empty items are dropped.
func ParseDependencies(items []string) (Dependencies, error) {
	var out Dependencies
	for _, item := range items {
		for clause := range strings.SplitSeq(item, ",") {
			if strings.TrimSpace(clause) == "" {
				continue
			}
			c, err := parseClause(clause)
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
	}
	return out, nil
}

func parseClause(text string) (Clause, error) {
	var out Clause
	for word := range strings.SplitSeq(text, "?") {
		c, err := parseCondition(strings.TrimSpace(word))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func parseCondition(word string) (Condition, error) {
	c := Condition{Need: NeedEnd}
	target := word
	if before, after, ok := strings.Cut(word, ":"); ok {
		switch need := Need(before); need {
		case NeedEnd, NeedSuccess, NeedFailure, NeedStart:
			c.Need, target = need, after
		}
	}
	target, c.Each = strings.CutSuffix(target, "[]")
	if target == "" {
		return c, Errorf(Invalid, "%q is not a condition; want the id or the name of a task, with an optional ok:, fail:, any: or start: before it", word)
	}
	if id, err := strconv.ParseInt(target, 10, 64); err == nil {
		if id < 1 {
			return c, Errorf(Invalid, "%q does not name a task: ids begin at 1", word)
		}
		c.ID = id
		return c, nil
	}
	c.Name = target
	return c, nil
}

// String is the condition as ParseDependencies reads it.
func (c Condition) String() string {
	target := c.Name
	if c.ID != 0 {
		target = strconv.FormatInt(c.ID, 10)
	}
	if c.Each {
		target += "[]"
	}
	return string(c.Need) + ":" + target
}

// String is the clause as ParseDependencies reads it.
func (c Clause) String() string {
	words := make([]string, len(c))
	for i := range c {
		words[i] = c[i].String()
	}
	return strings.Join(words, "?")
}

// A Verdict on a condition.
type Verdict int

// The verdicts.
const (
	Undecided Verdict = iota // not yet
	Met
	Unmeetable // it can never be met any more
)

// Judge says whether the condition is met by a task in the given state.
func (n Need) Judge(state State, outcome Outcome, started bool) Verdict {
	switch {
	case n == NeedStart && (started || state == Running || state == Ending):
		return Met
	case !state.Final():
		return Undecided
	case n == NeedEnd, n == NeedSuccess && outcome == Succeeded, n == NeedFailure && outcome != Succeeded:
		return Met
	default:
		return Unmeetable
	}
}
