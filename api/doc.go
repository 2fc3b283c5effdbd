// Package api is the REST interface as seen from outside: the documents that
// travel, their conversion to and from the vocabulary, and the Go client. Names
// and shapes are those that programs written for GO-Docker 1.x rely on, so some
// are odd; the oddity ends here.
package api
