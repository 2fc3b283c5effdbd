package godocker

import "time"

// A Recipe is a task that people start again and again with other inputs.
type Recipe struct {
	ID          int64
	Owner       string // who changes it; "" = who leads its project
	Project     string // whose members see and use it; "" = nobody but its owner
	Name        string
	Description string
	Inputs      []Input
	Task        string // the document that is submitted, JSON, without what the inputs say
	Created     time.Time
	Changed     time.Time
}

// An InputKind is what an input takes.
type InputKind string

// The kinds. A value reaches the script as a variable of its environment, never as a
// part of its text; a file as its name in the task's folder.
const (
	InputText   InputKind = "text"
	InputChoice InputKind = "choice"
	InputNumber InputKind = "number"
	InputFile   InputKind = "file"
)

// An Input is one thing that a recipe asks for.
type Input struct {
	Name     string    `json:"name"` // of the variable
	Label    string    `json:"label,omitempty"`
	Help     string    `json:"help,omitempty"`
	Kind     InputKind `json:"kind"`
	Choices  []string  `json:"choices,omitempty"`
	Default  string    `json:"default,omitempty"`
	Optional bool      `json:"optional,omitempty"`
	Least    *float64  `json:"min,omitempty"` // of a number
	Most     *float64  `json:"max,omitempty"`
}
