package ldap

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"

	"github.com/go-ldap/ldap/v3"
)

// What an entry says, in the words that the section fields of the configuration
// uses.
const (
	fieldID     = "uid" // the name people log in with
	fieldUID    = "uidNumber"
	fieldGID    = "gidNumber"
	fieldHome   = "homeDirectory"
	fieldMail   = "mail"
	fieldKey    = "sshPublicKey"
	fieldExpire = "shadowExpire"
	fieldMember = "memberUid" // of posixGroup: the name of a member
	fieldDN     = "member"    // of groupOfNames: the DN of a member
)

// fields maps these words to the attributes of the directory.
type fields map[string]string

// synonyms are other words for the same in the configuration.
var synonyms = map[string]string{"id": fieldID, "login": fieldID, "email": fieldMail, "home": fieldHome, "public": fieldKey}

// named returns the attributes, those of RFC 2307 and OpenSSH-LPK where the
// configuration has no other.
func named(conf map[string]string) (fields, error) {
	f := fields{}
	for _, word := range []string{fieldID, fieldUID, fieldGID, fieldHome, fieldMail, fieldKey, fieldExpire, fieldMember, fieldDN} {
		f[word] = word
	}
	for word, attribute := range conf {
		to := word
		if s, ok := synonyms[word]; ok {
			to = s
		}
		if _, ok := f[to]; !ok {
			return nil, fmt.Errorf("ldap.fields: there is no %q; want some of %s", word, strings.Join(slices.Sorted(maps.Keys(f)), ", "))
		}
		if strings.Trim(strings.ToLower(attribute), "abcdefghijklmnopqrstuvwxyz0123456789-;.") != "" || attribute == "" {
			return nil, fmt.Errorf("ldap.fields.%s: want the name of an attribute, got %q", word, attribute)
		}
		f[to] = attribute
	}
	return f, nil
}

// locked are attributes of accounts that an administrator locked, with the value
// that says so. A lock that wrong passwords cause is not among them: it ends by
// itself, and strangers could cause it.
var locked = map[string]string{"pwdAccountLockedTime": "000001010000Z", "nsAccountLock": "TRUE"}

// find returns somebody and the name of their entry.
func (d *directory) find(l *ldap.Conn, user string) (godocker.User, string, error) {
	e, err := d.entry(l, d.base, ldap.ScopeWholeSubtree, "("+d.fields[fieldID]+"="+ldap.EscapeFilter(user)+")")
	if err != nil {
		return godocker.User{}, "", err
	}
	u, err := d.user(l, e, user)
	return u, e.DN, err
}

// entry returns the one entry that matches.
func (d *directory) entry(l *ldap.Conn, base string, scope int, filter string) (*ldap.Entry, error) {
	found, err := d.search(l, base, scope, "(&"+filter+d.filter+")", 2, slices.Concat(slices.Collect(maps.Values(d.fields)), slices.Collect(maps.Keys(locked))))
	switch {
	case err != nil:
		return nil, err
	case len(found) > 1:
		return nil, away(fmt.Errorf("%s matches several entries below %s", filter, base))
	case len(found) == 0:
		return nil, d.nobody(l)
	}
	return found[0], nil
}

// nobody tells somebody who is not there from a directory that shows no people at
// all, as it was emptied or lets the searcher see nothing: else all would be locked
// out together.
func (d *directory) nobody(l *ldap.Conn) error {
	some, err := d.search(l, d.base, ldap.ScopeWholeSubtree, "(&("+d.fields[fieldID]+"=*)"+d.filter+")", 1, []string{"1.1"})
	if err == nil && len(some) == 0 {
		return away(fmt.Errorf("it shows nobody below %s: see ldap_dn, ldap_base_dn_filter, ldap.filter, and ldap_admin_dn", d.base))
	}
	if err != nil {
		return err
	}
	return godocker.Errorf(godocker.NotFound, "the directory does not know this user")
}

// search returns at most limit entries.
func (d *directory) search(l *ldap.Conn, base string, scope int, filter string, limit int, attributes []string) ([]*ldap.Entry, error) {
	r, err := l.Search(ldap.NewSearchRequest(base, scope, ldap.NeverDerefAliases, limit, int(d.pool.timeout/time.Second)+1, false, filter, attributes, nil))
	if limit > 0 && ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded) && r != nil {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return r.Entries, nil
}

// user reads an entry and the groups it is in. The name is the directory's: it
// takes Bob, BOB and "bob " for the same.
func (d *directory) user(l *ldap.Conn, e *ldap.Entry, user string) (godocker.User, error) {
	get := func(word string) string { return e.GetEqualFoldAttributeValue(d.fields[word]) }
	u := godocker.User{ID: get(fieldID), UID: number(get(fieldUID)), GID: number(get(fieldGID)), Home: get(fieldHome), Email: get(fieldMail),
		PublicKey: get(fieldKey), Active: true, Source: source, Priority: godocker.DefaultPriority}
	for _, name := range e.GetEqualFoldAttributeValues(d.fields[fieldID]) {
		if strings.EqualFold(name, strings.TrimSpace(user)) {
			u.ID = name
		}
	}
	if u.ID == "" {
		return u, away(fmt.Errorf("%s has no %s", e.DN, d.fields[fieldID]))
	}
	for attribute, value := range locked {
		u.Active = u.Active && !strings.EqualFold(e.GetEqualFoldAttributeValue(attribute), value)
	}
	if day, err := strconv.Atoi(get(fieldExpire)); err == nil && day > 0 { // days since 1970
		u.Active = u.Active && time.Now().Before(time.Unix(int64(day)*86400, 0))
	}
	return u, d.memberships(l, e, &u)
}

// number is a positive number, or 0.
func number(s string) int {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}

// memberships adds the groups of a person: posixGroup names them, groupOfNames has
// their DN. A group without a number, or with 0, is not one for tasks.
func (d *directory) memberships(l *ldap.Conn, e *ldap.Entry, u *godocker.User) error {
	const cn = "cn"
	dn := ldap.EscapeFilter(e.DN)
	filter := fmt.Sprintf("(|(%s=%s)(%s=%s)(uniqueMember=%s))", d.fields[fieldMember], ldap.EscapeFilter(u.ID), d.fields[fieldDN], dn, dn)
	found, err := d.search(l, d.groups, ldap.ScopeWholeSubtree, filter, 0, []string{cn, d.fields[fieldGID]})
	if err != nil {
		return err
	}
	for _, g := range found {
		if gid := number(g.GetEqualFoldAttributeValue(d.fields[fieldGID])); gid > 0 && gid != u.GID {
			u.Groups = append(u.Groups, gid)
		}
		if d.adminGroup != "" && (strings.EqualFold(g.GetEqualFoldAttributeValue(cn), d.adminGroup) || sameDN(g.DN, d.adminGroup)) {
			u.Admin = true
		}
	}
	slices.Sort(u.Groups)
	u.Groups = slices.Compact(u.Groups)
	return nil
}

func sameDN(a, b string) bool {
	x, err1 := ldap.ParseDN(a)
	y, err2 := ldap.ParseDN(b)
	return err1 == nil && err2 == nil && x.EqualFold(y)
}
