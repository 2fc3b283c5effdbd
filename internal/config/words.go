package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// hint suggests the nearest name, if one is near.
func hint(word string, names []string) string {
	slices.Sort(names)
	best, least := "", len(word)/3+2
	for _, n := range names {
		if d := distance(word, n); d < least {
			best, least = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance is the number of single-letter changes between two words
// (Levenshtein, 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left, diagonal := i+1, i
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j], left = left, min(cost, left+1, row[j+1]+1)
		}
		row[len(b)] = left
	}
	return row[len(b)]
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)

// explain turns an error of the YAML library into a line and words without the
// names of Go types.
func explain(line int, err error) (int, string) {
	msg := err.Error()
	var te *yaml.TypeError
	if errors.As(err, &te) && len(te.Errors) > 0 {
		msg = te.Errors[0]
	}
	if m := yamlLine.FindStringSubmatch(msg); m != nil {
		line, _ = strconv.Atoi(m[1])
		msg = msg[len(m[0]):]
	}
	if rest, ok := strings.CutPrefix(msg, "cannot unmarshal "); ok {
		_, value, _ := strings.Cut(rest, " ")
		value, kind, _ := strings.Cut(value, " into ")
		msg = fmt.Sprintf("want %s, got %s", kindWord(kind), strings.Trim(value, "`"))
	}
	return line, msg
}

func kindWord(goType string) string {
	switch {
	case goType == "bool":
		return "true or false"
	case goType == "int":
		return "a whole number"
	case goType == "float64":
		return "a number"
	case goType == "string":
		return "a text"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	default:
		return "a section with keys and values"
	}
}
