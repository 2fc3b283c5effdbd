package swarm

import (
	"context"
	"encoding/json"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// List returns the attempts of a cluster whose services were not removed.
func (s *Swarm) List(ctx context.Context, cluster string) ([]executor.Found, error) {
	var out []executor.Found
	err := s.each(ctx, "/services", map[string][]string{"label": {dockerapi.LabelCluster + "=" + cluster}}, func(d *json.Decoder) error {
		var x struct {
			Spec struct {
				Name   string
				Labels map[string]string
			}
		}
		if err := d.Decode(&x); err != nil {
			return err
		}
		if f, ours := dockerapi.Found(x.Spec.Labels); ours && string(f.Handle) == x.Spec.Name {
			out = append(out, f)
		}
		return nil
	})
	return out, failed(err)
}
