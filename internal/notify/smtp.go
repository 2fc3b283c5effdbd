package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wneessen/go-mail"
)

// SMTP is a mail server.
type SMTP struct {
	Host, User, Password string
	Port                 int
	From                 string
	TLS                  bool // insist on STARTTLS; otherwise it is used where offered
}

// sendTime is how long one mail may take.
const sendTime = 30 * time.Second

// Send hands a message to the server.
func (s SMTP) Send(ctx context.Context, m Message) error {
	msg := mail.NewMsg()
	if err := msg.From(s.From); err != nil {
		return fmt.Errorf("email_from: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return permanent{err}
	}
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDate()
	msg.Subject(m.Subject)
	msg.SetBodyString(mail.TypeTextPlain, m.Body)
	c, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	err = c.DialAndSendWithContext(ctx, msg)
	var refused *mail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return permanent{err}
	}
	return err
}

func (s SMTP) client() (*mail.Client, error) {
	policy := mail.TLSOpportunistic
	if s.TLS {
		policy = mail.TLSMandatory
	}
	opts := []mail.Option{mail.WithPort(s.Port), mail.WithTLSPolicy(policy), mail.WithTimeout(sendTime)}
	if s.User != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	return mail.NewClient(s.Host, opts...)
}

// permanent is an error that trying again does not change.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// IsPermanent reports whether a message would be refused again.
func IsPermanent(err error) bool {
	_, ok := errors.AsType[permanent](err)
	return ok
}
