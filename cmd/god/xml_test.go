package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"godocker/api"
)

// Scripts take the second field between > and <, so each element has a line of its own.
func TestXMLFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	killed, zero := "killed", 0
	task := api.Task{ID: 12, User: api.Owner{ID: "ann", Project: "lab"}, Meta: api.Meta{Name: "a<b", Description: "éééééééééééééééé long", Tags: []string{"x", "y"}},
		Requirements: api.Requirements{CPU: api.Num(0.5), RAM: api.Num(2), Tasks: []api.Text{"3", "ok:4"}},
		Container: api.Container{Image: "debian:12", Ports: []string{"10022"}, Volumes: []api.Volume{{Name: "home", ACL: "rw", Path: "/h", Mount: "/mnt/home"}},
			Meta: &api.ContainerMeta{Node: api.Node{Name: "n1"}}},
		Command: api.Command{Interactive: true}, Status: api.Status{Primary: "running", DateRunning: &api.Epoch{Time: time.Unix(1465933782, 0)}}}
	var out bytes.Buffer
	if err := writeXML(&out, "jobs_infos.xml", jobXML(task)); err != nil || out.String() != "Results are available in jobs_infos.xml file\n" {
		t.Fatal(out.String(), err)
	}
	over := api.Task{ID: 13, Status: api.Status{Primary: "over", Secondary: &killed, ExitCode: &zero}}
	if err := writeXML(&out, "jobs_list.xml", jobsXML([]api.Task{task, over})); err != nil {
		t.Fatal(err)
	}
	for file, lines := range map[string][]string{
		"jobs_infos.xml": {`<?xml version="1.0" ?>`, "<job>", "\t<id>12</id>", "\t<name>a&lt;b</name>", "\t<tags>x,y</tags>", "\t<root>False</root>", "\t<interactive>True</interactive>",
			"\t\t<parent>\n\t\t\t<id>3</id>", "\t\t<login>ann</login>", "\t\t<cpu>0.5</cpu>", "\t\t<ram>2</ram>", "\t\t\t<mount>/mnt/home</mount>",
			"\t\t<primary_status>running</primary_status>", "\t\t<secondary_status>None</secondary_status>",
			"\t\t<date_running>" + time.Unix(1465933782, 0).Format("2006-01-02 15:04:05") + "</date_running>", "\t\t<date_over></date_over>",
			"\t<interactive>\n\t\t<host>n1</host>\n\t\t<port>10022</port>\n\t</interactive>"},
		"jobs_list.xml": {"<jobs>", "\t\t<description>ééééééééééééééé</description>", "\t\t<event>None</event>\n\t\t<status>-</status>", "\t\t<event>killed</event>\n\t\t<status>success</status>"},
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if !strings.Contains("\n"+string(text), "\n"+line+"\n") {
				t.Errorf("%s lacks %q:\n%s", file, line, text)
			}
		}
	}
}
