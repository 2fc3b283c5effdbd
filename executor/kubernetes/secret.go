package kubernetes

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"godocker/executor"
)

const secretKey = "secret"

func sessionSecret(a executor.Assignment) string {
	return jobName(executor.Handle(a.Name())) + "-session"
}
func pullSecret(a executor.Assignment) string {
	return jobName(executor.Handle(a.Name())) + "-pull"
}

// owned is what an object is called that goes with a Job.
func owned(j *batch.Job, name string) meta.ObjectMeta {
	return meta.ObjectMeta{Name: name, Labels: j.Labels,
		OwnerReferences: []meta.OwnerReference{{APIVersion: "batch/v1", Kind: "Job", Name: j.Name, UID: j.UID}}}
}

// hide puts secrets beside a Job, with which they go. What is there already stays.
func (e *Engine) hide(ctx context.Context, a executor.Assignment, j *batch.Job) error {
	if a.Secret != nil {
		s := &core.Secret{ObjectMeta: owned(j, sessionSecret(a)), Immutable: new(true), Data: map[string][]byte{secretKey: a.Secret.Content}}
		if err := e.api.createSecret(ctx, s); err != nil {
			return err
		}
	}
	if a.Login == nil {
		return nil
	}
	text, err := dockerConfig(a.Login)
	if err != nil {
		return err
	}
	return e.api.createSecret(ctx, &core.Secret{ObjectMeta: owned(j, pullSecret(a)), Type: core.SecretTypeDockerConfigJson,
		Data: map[string][]byte{core.DockerConfigJsonKey: text}})
}

// dockerConfig is a login as nodes read it.
func dockerConfig(l *executor.RegistryLogin) ([]byte, error) {
	type login struct {
		Username      string `json:"username,omitempty"`
		Password      string `json:"password,omitempty"`
		Auth          string `json:"auth,omitempty"`
		RegistryToken string `json:"registrytoken,omitempty"`
	}
	one := login{RegistryToken: l.Token}
	if l.Token == "" {
		one = login{Username: l.Username, Password: l.Password, Auth: base64.StdEncoding.EncodeToString([]byte(l.Username + ":" + l.Password))}
	}
	text, err := json.Marshal(map[string]map[string]login{"auths": {l.Registry: one}})
	if err != nil {
		return nil, errors.New("a registry login cannot be written down")
	}
	return text, nil
}
