package sqlstore_test

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"godocker/store"
	"godocker/store/storetest"
)

// postgresURL returns a place in the server of the tests that is empty and gone
// after the test.
func postgresURL(t testing.TB) string {
	t.Helper()
	url := server(t)
	schema := "test_" + strings.ToLower(rand.Text())
	administer(t, url, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { administer(t, url, "DROP SCHEMA "+schema+" CASCADE") })
	return with(url, "search_path="+schema)
}

// server is the URL of the server of the tests.
func server(t testing.TB) string {
	t.Helper()
	url := os.Getenv("GODOCKER_TEST_POSTGRES")
	if url == "" {
		t.Fatal("GODOCKER_TEST_POSTGRES names no PostgreSQL server: run make test, which starts one")
	}
	return url
}

func with(url, param string) string {
	if strings.Contains(url, "?") {
		return url + "&" + param
	}
	return url + "?" + param
}

func administer(t testing.TB, url, text string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, text); err != nil {
		t.Error(err)
	}
}

func TestPostgreSQL(t *testing.T) {
	server(t)
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, postgresURL(t)) })
}
