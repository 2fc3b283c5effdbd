package finish

import (
	"fmt"
	"syscall"
)

// codeWords are what exit codes of shells mean for people who do not know them.
var codeWords = map[int]string{
	126: "a command could not be run: it is not a program, or not executable",
	127: "a command was not found",
}

// signalWords are the same for programs that were ended by a signal, which a shell
// tells by 128 and its number.
var signalWords = map[syscall.Signal]string{
	syscall.SIGHUP:  "a program was hung up on",
	syscall.SIGINT:  "a program was interrupted",
	syscall.SIGQUIT: "a program was made to quit",
	syscall.SIGILL:  "a program is not made for this kind of processor",
	syscall.SIGTRAP: "a program stopped at a trap",
	syscall.SIGABRT: "a program gave up by itself (abort)",
	syscall.SIGBUS:  "a program crashed (bus error)",
	syscall.SIGFPE:  "a program crashed (arithmetic error)",
	syscall.SIGKILL: "a program was ended by KILL, by itself or for want of memory",
	syscall.SIGSEGV: "a program crashed (segmentation fault)",
	syscall.SIGPIPE: "a program wrote to another one that had ended",
	syscall.SIGTERM: "a program was told to end, by itself",
	syscall.SIGXCPU: "a program used more cpu time than it had allowed itself",
	syscall.SIGXFSZ: "a program wrote a file that was too large",
	syscall.SIGSYS:  "a program did what containers may not do",
}

// byItself is why a script failed that ended with a code of its own.
func byItself(code int) string {
	words := codeWords[code]
	if code > 128 {
		words = signalWords[syscall.Signal(code-128)]
	}
	if words == "" {
		return fmt.Sprintf("The script ended with exit code %d", code)
	}
	return fmt.Sprintf("The script ended with exit code %d: %s", code, words)
}
