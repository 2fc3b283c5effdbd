package kubernetes

import (
	"context"
	"fmt"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
)

// known are the few kinds of objects that are spoken of.
var (
	known  = runtime.NewScheme()
	params = runtime.NewParameterCodec(known)
)

func init() {
	meta.AddToGroupVersion(known, core.SchemeGroupVersion)
	for _, add := range []func(*runtime.Scheme) error{core.AddToScheme, batch.AddToScheme} {
		if err := add(known); err != nil {
			panic(err)
		}
	}
}

// api is the part of the API that is used.
type api struct {
	core, batch rest.Interface
	cfg         *rest.Config
	ns          string
}

func newAPI(cfg *rest.Config, ns string) (*api, error) {
	a := &api{cfg: cfg, ns: ns}
	client, err := rest.HTTPClientFor(cfg)
	if err != nil {
		return nil, err
	}
	for _, g := range []struct {
		into *rest.Interface
		path string
		rest.ContentConfig
	}{
		{&a.core, "/api", rest.ContentConfig{GroupVersion: &core.SchemeGroupVersion}},
		{&a.batch, "/apis", rest.ContentConfig{GroupVersion: &batch.SchemeGroupVersion}},
	} {
		own := rest.CopyConfig(cfg)
		own.APIPath, own.ContentConfig = g.path, g.ContentConfig
		own.NegotiatedSerializer = serializer.NewCodecFactory(known).WithoutConversion()
		own.ContentType, own.AcceptContentTypes = runtime.ContentTypeProtobuf, runtime.ContentTypeProtobuf+","+runtime.ContentTypeJSON
		one, err := rest.RESTClientForConfigAndClient(own, client)
		if err != nil {
			return nil, err
		}
		*g.into = one
	}
	return a, nil
}

// ping asks for what everybody may know.
func (a *api) ping(ctx context.Context) error {
	_, err := a.core.Get().AbsPath("/version").SetHeader("Accept", runtime.ContentTypeJSON).DoRaw(ctx)
	return err
}

func (a *api) job(ctx context.Context, name string) (*batch.Job, error) {
	j := &batch.Job{}
	return j, a.batch.Get().Namespace(a.ns).Resource("jobs").Name(name).Do(ctx).Into(j)
}

func (a *api) createJob(ctx context.Context, j *batch.Job) (*batch.Job, error) {
	made := &batch.Job{}
	return made, a.batch.Post().Namespace(a.ns).Resource("jobs").Body(j).Do(ctx).Into(made)
}

// createPod makes a pod unless it is there.
func (a *api) createPod(ctx context.Context, p *core.Pod) error {
	err := a.core.Post().Namespace(a.ns).Resource("pods").Body(p).Do(ctx).Error()
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// deleteJob deletes a Job, which takes its secrets and, unless they are deleted before,
// its pods along. One that is gone is deleted.
func (a *api) deleteJob(ctx context.Context, name string, uid types.UID) error {
	opts := &meta.DeleteOptions{PropagationPolicy: new(meta.DeletePropagationBackground)}
	if uid != "" {
		opts.Preconditions = &meta.Preconditions{UID: &uid}
	}
	err := a.batch.Delete().Namespace(a.ns).Resource("jobs").Name(name).Body(opts).Do(ctx).Error()
	if apierrors.IsNotFound(err) || uid != "" && apierrors.IsConflict(err) {
		return nil
	}
	return err
}

func (a *api) createSecret(ctx context.Context, s *core.Secret) error {
	err := a.core.Post().Namespace(a.ns).Resource("secrets").Body(s).Do(ctx).Error()
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func (a *api) deleteSecret(ctx context.Context, name string) error {
	err := a.core.Delete().Namespace(a.ns).Resource("secrets").Name(name).Do(ctx).Error()
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func (a *api) createService(ctx context.Context, s *core.Service) error {
	err := a.core.Post().Namespace(a.ns).Resource("services").Body(s).Do(ctx).Error()
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func (a *api) service(ctx context.Context, name string) (*core.Service, error) {
	s := &core.Service{}
	return s, a.core.Get().Namespace(a.ns).Resource("services").Name(name).Do(ctx).Into(s)
}

// deletePod has a pod ended, TERM first and KILL after the grace. With a version it is
// that one or nothing.
func (a *api) deletePod(ctx context.Context, p *pod, grace int64, version string) error {
	opts := &meta.DeleteOptions{GracePeriodSeconds: &grace, Preconditions: &meta.Preconditions{UID: &p.uid}}
	if version != "" {
		opts.Preconditions.ResourceVersion = &version
	}
	return a.core.Delete().Namespace(a.ns).Resource("pods").Name(p.name).Body(opts).Do(ctx).Error()
}

func (a *api) patchPod(ctx context.Context, p *pod, patch string) error {
	return a.core.Patch(types.StrategicMergePatchType).Namespace(a.ns).Resource("pods").Name(p.name).Body([]byte(patch)).Do(ctx).Error()
}

// letGo takes this package's finalizer from a pod: nobody needs it any more.
func (a *api) letGo(ctx context.Context, p *pod) error {
	err := a.patchPod(ctx, p, fmt.Sprintf(`{"metadata":{"uid":%q,"$deleteFromPrimitiveList/finalizers":[%q]}}`, p.uid, finalizer))
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}

// page is how many objects are listed in one call.
const page = 500

// podsOf lists pods as the API server has them now, and not as they are watched.
func (a *api) podsOf(ctx context.Context, selector string) ([]*pod, error) {
	var out []*pod
	opts := meta.ListOptions{LabelSelector: selector, Limit: page}
	for {
		var l core.PodList
		if err := a.core.Get().Namespace(a.ns).Resource("pods").VersionedParams(&opts, params).Do(ctx).Into(&l); err != nil {
			return nil, err
		}
		for i := range l.Items {
			out = append(out, podOf(&l.Items[i]))
		}
		if opts.Continue = l.Continue; l.Continue == "" {
			return out, nil
		}
	}
}

// jobsOf lists Jobs; only what they are called is kept.
func (a *api) jobsOf(ctx context.Context, selector string) ([]meta.ObjectMeta, error) {
	var out []meta.ObjectMeta
	opts := meta.ListOptions{LabelSelector: selector, Limit: page}
	for {
		var l batch.JobList
		if err := a.batch.Get().Namespace(a.ns).Resource("jobs").VersionedParams(&opts, params).Do(ctx).Into(&l); err != nil {
			return nil, err
		}
		for i := range l.Items {
			out = append(out, l.Items[i].ObjectMeta)
		}
		if opts.Continue = l.Continue; l.Continue == "" {
			return out, nil
		}
	}
}
