package kubernetes_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"godocker/executor"
	"godocker/executor/kubernetes"
)

const (
	settle    = 60 * time.Second
	namespace = "godocker"
	open      = "127.0.0.1:5000" // a registry for everybody, as the node sees it
	locked    = "127.0.0.1:5001" // one that lets ann in
	busybox   = open + "/godocker/busybox:1"
	password  = "open sesame"
)

// The cluster of these tests: where it is, its administrator, and the account that
// deploy/kubernetes makes.
var (
	dir     string
	admin   *rest.Config
	account kubernetes.Config
)

func TestMain(m *testing.M) {
	if os.Getenv(asInside) != "" {
		if err := whereabouts(); err != nil {
			fmt.Println(err)
		}
		return
	}
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	var err error
	if dir, err = os.MkdirTemp("/var/tmp", "godocker-kubernetes-"); err == nil {
		defer func() {
			if _, err := cluster("down"); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}()
		err = prepare()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "these tests need what a Kubernetes cluster needs: run `make test`, or test/backends/kubernetes/cluster.sh up\n%v\n", err)
		return 1
	}
	return m.Run()
}

// cluster calls the script that runs the cluster.
func cluster(verb string, more ...string) (string, error) {
	cmd := exec.Command("../../test/backends/kubernetes/cluster.sh", append([]string{verb, dir}, more...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("cluster.sh %s: %w\n%s", verb, err, said.String())
	}
	return strings.TrimSpace(string(out)), nil
}

func prepare() error {
	file, err := cluster("up")
	if err != nil {
		return err
	}
	if admin, err = clientcmd.BuildConfigFromFlags("", file); err != nil {
		return err
	}
	admin.QPS = -1
	text, err := os.ReadFile("../../deploy/kubernetes/godocker.yaml")
	if err != nil {
		return err
	}
	for r := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		var object map[string]any
		if err := r.Decode(&object); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if err := create(object); err != nil {
			return err
		}
	}
	var token struct{ Status struct{ Token string } }
	request := map[string]any{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": map[string]any{}}
	if err := call("POST", "/api/v1/namespaces/"+namespace+"/serviceaccounts/godocker/token", request, &token); err != nil {
		return err
	}
	account = kubernetes.Config{Server: admin.Host, Token: token.Status.Token, CACert: admin.CAFile, Namespace: namespace, NodeLostAfter: 2}
	gpus := []map[string]any{{"op": "add", "path": "/status/capacity/nvidia.com~1gpu", "value": "2"}, {"op": "add", "path": "/status/allocatable/nvidia.com~1gpu", "value": "2"}}
	if err := call("PATCH", "/api/v1/nodes/node-1/status", gpus, nil); err != nil {
		return err
	}
	return errors.Join(registry(open, nil), registry(locked, map[string]string{"ann": password}))
}

// plural is where objects of a kind are.
var plural = map[string]string{"Namespace": "namespaces", "ServiceAccount": "serviceaccounts", "Role": "roles", "RoleBinding": "rolebindings",
	"ClusterRole": "clusterroles", "ClusterRoleBinding": "clusterrolebindings", "Node": "nodes", "Job": "jobs", "PersistentVolume": "persistentvolumes",
	"PersistentVolumeClaim": "persistentvolumeclaims", "ResourceQuota": "resourcequotas", "PriorityClass": "priorityclasses", "Lease": "leases"}

func place(apiVersion, kind, ns string) string {
	root := "/apis/" + apiVersion
	if !strings.Contains(apiVersion, "/") {
		root = "/api/" + apiVersion
	}
	if ns != "" {
		root += "/namespaces/" + ns
	}
	return root + "/" + plural[kind]
}

func create(object map[string]any) error {
	ns, _ := object["metadata"].(map[string]any)["namespace"].(string)
	return call("POST", place(object["apiVersion"].(string), object["kind"].(string), ns), object, nil)
}

// call asks the API server as the administrator.
func call(method, path string, body, into any) error {
	return callAs(admin.BearerToken, method, path, body, into)
}

func callAs(token, method, path string, body, into any) error {
	as := rest.CopyConfig(admin)
	as.BearerToken = token
	client, err := rest.HTTPClientFor(as)
	if err != nil {
		return err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(method, admin.Host+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if method == "PATCH" {
		r.Header.Set("Content-Type", "application/strategic-merge-patch+json")
		if _, list := body.([]map[string]any); list {
			r.Header.Set("Content-Type", "application/json-patch+json")
		}
	}
	a, err := client.Do(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	said, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %s", method, path, a.Status, said)
	}
	if err == nil && into != nil {
		err = json.Unmarshal(said, into)
	}
	return err
}

// inside is a command in the network of the cluster.
func inside(command ...string) *exec.Cmd {
	return exec.Command("nsenter", append([]string{"--net=/var/run/netns/godocker-kube"}, command...)...)
}

// registry starts a registry beside the node, with the test image in it. It ends with the
// cluster.
func registry(address string, people map[string]string) error {
	at := filepath.Join(dir, "registry-"+address)
	conf := fmt.Sprintf("version: 0.1\nlog: {level: warn, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %q}}\nhttp: {addr: %q}\n", at, address)
	push := []string{"ctr", "-a", filepath.Join(dir, "run/containerd.sock"), "-n", "k8s.io", "images", "push", "--plain-http"}
	for name, word := range people {
		hash, err := bcrypt.GenerateFromPassword([]byte(word), bcrypt.MinCost)
		if err == nil {
			err = os.WriteFile(at+".people", fmt.Appendf(nil, "%s:%s\n", name, hash), 0o600)
		}
		if err != nil {
			return err
		}
		conf += fmt.Sprintf("auth: {htpasswd: {realm: test, path: %q}}\n", at+".people")
		push = append(push, "--user", name+":"+word)
	}
	if err := os.WriteFile(at+".yml", []byte(conf), 0o600); err != nil {
		return err
	}
	server := inside("docker-registry", "serve", at+".yml")
	if err := server.Start(); err != nil {
		return err
	}
	go func() { _ = server.Wait() }()
	push = append(push, address+"/godocker/busybox:1", "docker.io/godocker/busybox:1")
	var said []byte
	err := errors.New("never tried")
	for deadline := time.Now().Add(20 * time.Second); err != nil && time.Now().Before(deadline); {
		said, err = inside(push...).CombinedOutput()
	}
	if err != nil {
		err = fmt.Errorf("push to %s: %w\n%s", address, err, said)
	}
	return err
}

// engine opens an executor as another process would, until the test is over.
func engine(t testing.TB, change func(*kubernetes.Config)) executor.Executor {
	t.Helper()
	cfg := account
	if change != nil {
		change(&cfg)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(cancel)
	e, err := kubernetes.Through(ctx, cfg, used.look)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
