package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"syscall"

	"github.com/jlaffaye/ftp"
)

// explained turns an error of a library into words of ours: its own may hold the URI
// with its secrets, or what a server wanted to be read. A file whose ctx is done is not
// to be got any more; where only this try of it ended, the server was too slow.
func explained(ctx, try context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if cause := context.Cause(try); cause != nil {
		return &Error{Why: cause.Error(), Again: true}
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return &Error{Why: fmt.Sprintf("the server answers %d %s", e.Code, strings.TrimSuffix(ftp.StatusText(e.Code), ".")), Again: e.Code/100 == 4}
	}
	for _, own := range []error{errNotPublic, errRedirects, errDowngrade, errTalk} {
		if errors.Is(err, own) {
			return &Error{Why: own.Error()}
		}
	}
	return plain(err)
}

// plain explains troubles of the network.
func plain(err error) *Error {
	var name *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return &Error{Why: "its host does not exist"}
	case errors.As(err, &name):
		return &Error{Why: "the name of its host could not be looked up", Again: true}
	case untrusted(err):
		return &Error{Why: "the server's certificate is not trusted, or not for this host"}
	case errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Why: "the server does not answer", Again: true}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Error{Why: "the server takes no connections", Again: true}
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET):
		return &Error{Why: "the server ended the connection too early", Again: true}
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return &Error{Why: errno.Error(), Again: true}
	}
	return &Error{Why: "the server's answer was not understood"}
}

func untrusted(err error) bool {
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	return verification || unknown || host
}
