package sqlstore

import "strings"

// sizes are the numbers of rows that one statement changes. A few fixed ones keep
// the number of prepared statements small.
var sizes = []int{256, 64, 8, 1}

// A bulk is an INSERT or UPDATE of many rows, with its texts ready for each size.
type bulk struct {
	width int
	texts map[int]string
}

// do runs the statement for all rows, which follow one another in args.
func (b *bulk) do(t *txn, args []any) error {
	for _, n := range sizes {
		for w := n * b.width; len(args) >= w && w > 0; args = args[w:] {
			if err := t.exec(b.texts[n], args[:w]...); err != nil {
				return err
			}
		}
	}
	return nil
}

// insertInto prepares INSERTs; tail may say what to do about a conflict.
func insertInto(table, tail string, columns ...string) *bulk {
	b := &bulk{width: len(columns), texts: map[int]string{}}
	head := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES "
	for _, n := range sizes {
		b.texts[n] = head + tuples(n, len(columns), nil) + tail
	}
	return b
}

// updateOf prepares UPDATEs. The first columns, as many as keys says, find the row;
// the others are set, and fixed is set beside them. A column is written with its
// type: "node TEXT".
func updateOf(table string, keys int, fixed string, columns ...string) *bulk {
	b := &bulk{width: len(columns), texts: map[int]string{}}
	var names, types, set, match []string
	for i, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		names, types = append(names, name), append(types, typ)
		if i < keys {
			match = append(match, table+"."+name+" = v."+name)
		} else {
			set = append(set, name+" = v."+name)
		}
	}
	if fixed != "" {
		set = append(set, fixed)
	}
	for _, n := range sizes {
		b.texts[n] = "WITH v (" + strings.Join(names, ", ") + ") AS (VALUES " + tuples(n, len(columns), types) +
			") UPDATE " + table + " SET " + strings.Join(set, ", ") + " FROM v WHERE " + strings.Join(match, " AND ")
	}
	return b
}

// tuples writes n rows of placeholders. The types, if given, stand in the first
// row; PostgreSQL takes them for the others.
func tuples(n, width int, types []string) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", width), ", ") + ")"
	if types == nil {
		return strings.TrimSuffix(strings.Repeat(row+", ", n), ", ")
	}
	first := make([]string, width)
	for i, typ := range types {
		first[i] = "CAST(? AS " + typ + ")"
	}
	return "(" + strings.Join(first, ", ") + ")" + strings.Repeat(", "+row, n-1)
}

// list writes the placeholders of an IN list.
func list(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
