package executor

import "errors"

// ErrEngine is the third way in which Start can say no: the engine cannot start the
// attempt, which has certainly not begun, through no fault of the task; another
// attempt, or another node, may do. The text of the error is shown to the owner.
var ErrEngine = errors.New("engine trouble")
