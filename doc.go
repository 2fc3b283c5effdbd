// Package godocker is the vocabulary of the system: tasks, the states they pass
// through, who owns them, and the errors that can happen to them. It holds data
// and pure functions, imports only the standard library, and every other package
// imports it. Nothing in it is safe for concurrent change; values are copied.
package godocker
