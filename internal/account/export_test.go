package account

// Counts is how many counts a Gate keeps.
func Counts(g *Gate) int { return len(g.young) + len(g.old) }
