// Command static is the only file of the test image godocker/static:1. Run by a
// task's script, it proves that an image without a shell works: it prints its own
// effective identity and exits with the code it was given.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	fmt.Printf("uid=%d gid=%d args=%q\n", os.Geteuid(), os.Getegid(), os.Args[1:])
	if len(os.Args) > 1 {
		code, _ := strconv.Atoi(os.Args[1])
		os.Exit(code)
	}
}
