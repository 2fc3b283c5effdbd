#!/bin/sh
# up.sh DIR PORT TLSPORT: an LDAP directory for tests (OpenLDAP's slapd) on 127.0.0.1, ldap:// with StartTLS on PORT and ldaps:// on
# TLSPORT. Answers once the directory does.
#
#   DIR    folder for its data and keys; made and filled if missing, removed by down.sh. $DIR/ca.pem signed the server's certificate,
#          $DIR/other.pem signed nothing.
#
# The administrator is cn=admin,dc=example,dc=org with the password "admin-pw". People are in people.ldif; their passwords are pw-<name>.
# Doing it again after "down.sh DIR keep" starts it with the same data.
set -eu
dir=${1:?usage: up.sh DIR PORT TLSPORT} port=${2:?} tlsport=${3:?}
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../../deploy/packages.sh" slapd=slapd openssl=openssl ldapwhoami=ldap-utils

if [ ! -d "$dir/db" ]; then
	mkdir -p "$dir/db"
	cd "$dir"
	for ca in ca other; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=test $ca" -keyout $ca.key -out $ca.pem 2>/dev/null
	done
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key -out server.csr 2>/dev/null
	printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >san
	openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile san -out server.pem 2>/dev/null
	cat >slapd.conf <<-CONF
		include /etc/ldap/schema/core.schema
		include /etc/ldap/schema/cosine.schema
		include /etc/ldap/schema/nis.schema
		include /etc/ldap/schema/inetorgperson.schema
		pidfile $dir/slapd.pid
		modulepath /usr/lib/ldap
		moduleload back_mdb
		TLSCertificateFile $dir/server.pem
		TLSCertificateKeyFile $dir/server.key
		TLSCACertificateFile $dir/ca.pem
		database mdb
		maxsize 104857600
		suffix "dc=example,dc=org"
		rootdn "cn=admin,dc=example,dc=org"
		rootpw admin-pw
		directory $dir/db
		index objectClass,uid,uidNumber,gidNumber,memberUid,member eq
		access to attrs=userPassword by anonymous auth by * none
		access to dn.subtree="ou=hidden,dc=example,dc=org" by self read by anonymous auth by * none
		access to * by * read
	CONF
	slapadd -f slapd.conf -l "$here/people.ldif"
fi
slapd -f "$dir/slapd.conf" -h "ldap://127.0.0.1:$port ldaps://127.0.0.1:$tlsport" -n slapd-test
tries=0
until ldapwhoami -x -H "ldap://127.0.0.1:$port" >/dev/null 2>&1; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || { echo "up.sh: slapd does not answer" >&2; exit 1; }
	sleep 0.05
done
