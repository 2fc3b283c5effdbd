package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"godocker"
	"godocker/api"
)

// What older scripts read with grep and cut: one element on a line, and the words of
// Python for truth and nothing.

type xmlJob struct {
	XMLName     xml.Name    `xml:"job"`
	ID          int64       `xml:"id"`
	Name        string      `xml:"name"`
	Description string      `xml:"description"`
	Tags        string      `xml:"tags"`
	Root        string      `xml:"root"`
	Interactive string      `xml:"interactive"`
	Parents     xmlParents  `xml:"parents"`
	User        string      `xml:"user>login"`
	Project     string      `xml:"user>project"`
	Image       string      `xml:"container>image"`
	CPU         float64     `xml:"container>cpu"`
	RAM         float64     `xml:"container>ram"`
	Volumes     []xmlVolume `xml:"volumes>volume"`
	Status      xmlStatus   `xml:"execution_status"`
	Session     *xmlSession `xml:",any"`
}

type xmlParents struct {
	IDs []api.Text `xml:"parent>id"`
}

type xmlVolume struct {
	Name  string `xml:"name"`
	Path  string `xml:"path"`
	Mount string `xml:"mount"`
	ACL   string `xml:"acl"`
}

type xmlStatus struct {
	Primary   string `xml:"primary_status"`
	Secondary string `xml:"secondary_status"`
	Reason    string `xml:"reason,omitempty"`
	ExitCode  *int   `xml:"exitcode"`
	Running   string `xml:"date_running"`
	Over      string `xml:"date_over"`
}

// xmlSession is where an interactive task is reached. The original has a second
// element of this name for it.
type xmlSession struct {
	XMLName xml.Name `xml:"interactive"`
	Host    string   `xml:"host"`
	Port    string   `xml:"port"`
}

type xmlJobs struct {
	XMLName xml.Name    `xml:"jobs"`
	Jobs    []xmlListed `xml:"job"`
}

type xmlListed struct {
	ID          int64   `xml:"id"`
	Name        string  `xml:"name"`
	Description string  `xml:"description"`
	User        string  `xml:"user"`
	Container   string  `xml:"container"`
	Event       string  `xml:"event"`
	Status      string  `xml:"status"` // success, warning or error; - until it is over
	RAM         float64 `xml:"ram"`
	CPU         float64 `xml:"cpu"`
	Root        string  `xml:"root"`
	Interactive string  `xml:"interactive"`
}

func jobXML(k api.Task) xmlJob {
	j := xmlJob{ID: k.ID, Name: k.Meta.Name, Description: k.Meta.Description, Tags: strings.Join(k.Meta.Tags, ","),
		Root: truth(k.Container.Root), Interactive: truth(k.Command.Interactive), User: k.User.ID, Project: k.User.Project,
		Image: k.Container.Image, CPU: k.Requirements.CPU.Value, RAM: k.Requirements.RAM.Value, Parents: xmlParents{k.Requirements.Tasks},
		Status: xmlStatus{Primary: k.Status.Primary, Secondary: maybe(k.Status.Secondary), Reason: reason(k.Status), ExitCode: k.Status.ExitCode}}
	for _, v := range k.Container.Volumes {
		j.Volumes = append(j.Volumes, xmlVolume{Name: v.Name, Path: v.Path, Mount: v.Mount, ACL: v.ACL})
	}
	if k.Status.DateRunning != nil {
		j.Status.Running = stamp(k.Status.DateRunning.Time)
		j.Status.Over = stamp(k.Status.DateOver.Time)
	}
	if k.Command.Interactive && k.Status.Primary == string(godocker.Running) {
		j.Session = &xmlSession{Host: node(k), Port: strings.Join(k.Container.Ports, " ")}
	}
	return j
}

func jobsXML(ts []api.Task) xmlJobs {
	var js xmlJobs
	for _, k := range ts {
		description := []rune(k.Meta.Description)
		js.Jobs = append(js.Jobs, xmlListed{ID: k.ID, Name: k.Meta.Name, Description: string(description[:min(15, len(description))]), User: k.User.ID,
			Container: k.Container.Image, Event: maybe(k.Status.Secondary), Status: fate(k.Status), RAM: k.Requirements.RAM.Value, CPU: k.Requirements.CPU.Value,
			Root: truth(k.Container.Root), Interactive: truth(k.Command.Interactive)})
	}
	return js
}

// fate is how a task ended, in the words of the original's list.
func fate(s api.Status) string {
	switch {
	case s.Primary != string(godocker.Over) && s.Primary != string(godocker.Archived):
		return "-"
	case s.ExitCode != nil && *s.ExitCode == 0:
		return "success"
	case s.ExitCode != nil && *s.ExitCode == 137:
		return "warning"
	default:
		return "error"
	}
}

func truth(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

func maybe(s *string) string {
	if s == nil {
		return "None"
	}
	return *s
}

// stamp writes a time as Python does.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

// writeXML writes a file into the working folder and says so, as older scripts expect.
func writeXML(w io.Writer, name string, v any) error {
	text, err := xml.MarshalIndent(v, "", "\t")
	if err == nil {
		err = os.WriteFile(name, append([]byte("<?xml version=\"1.0\" ?>\n"), append(text, '\n')...), 0o644)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "Results are available in %s file\n", name)
	return err
}
