// Package chaos holds the tests that break things while the system works: the
// server is killed at any moment, the engine, the database. Whatever happens, each
// task that was acknowledged must end, in the right way, having run once.
package chaos
