package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"godocker/api"
	"godocker/internal/config"
	"godocker/store"
)

// atOnce are the keys that take effect without a restart. All are about submissions.
var atOnce = []string{
	"defaults_cpu", "defaults_ram", "default_images", "allow_user_images", "images", "pull_policy", "use_private_registry", "link_image_to_registry", "volumes", "volumes_check", "constraints", "allow_root", "guest_allow_root",
	"dynamic_fields", "rate_limit", "rate_limit_all", "max_array", "idle",
}

// A Reloaded says what became of a changed configuration, by its keys.
type Reloaded struct {
	Changed []string `json:"changed"` // in effect now
	Restart []string `json:"restart"` // in effect after a restart
}

// listed reports whether the site lists an image, by its whole name.
func (a *App) listed(image string) bool {
	a.reloading.Lock()
	defer a.reloading.Unlock()
	return a.Config.Listed()[image]
}

// Reload takes over what can be changed while the server works. A configuration with a
// mistake changes nothing.
func (a *App) Reload(ctx context.Context, c *config.Config) (Reloaded, error) {
	var out Reloaded
	if err := c.Check(); err != nil {
		return out, err
	}
	if err := CheckPlugins(ctx, c); err != nil {
		return out, err
	}
	a.reloading.Lock()
	defer a.reloading.Unlock()
	for _, key := range a.Config.Diff(c) {
		if slices.Contains(atOnce, key) {
			out.Changed = append(out.Changed, key)
		} else {
			out.Restart = append(out.Restart, key)
		}
	}
	a.Config = a.Config.Take(c, out.Changed)
	if a.server != nil && len(out.Changed) > 0 {
		a.server.Submit.Follow(a.rules())
		a.server.Publish(a.public())
	}
	a.log.Info("the configuration was read again", "changed", out.Changed, "needs a restart", out.Restart)
	a.warnOfStrays(ctx, c.ExecutorNames())
	return out, a.Store.Record(ctx, []store.Act{{At: time.Now(), Door: "command", Action: "configuration.reload", Object: "site",
		Detail: "changed: " + cmp.Or(strings.Join(out.Changed, ", "), "nothing") + "; after a restart: " + cmp.Or(strings.Join(out.Restart, ", "), "nothing")}})
}

// settings tells the configuration to administrators.
func (a *App) settings() []api.Setting {
	a.reloading.Lock()
	defer a.reloading.Unlock()
	var out []api.Setting
	for _, s := range a.Config.Settings() {
		out = append(out, api.Setting{Key: s.Key, Value: s.Value, Place: s.Place, Secret: s.Secret, Reload: slices.Contains(atOnce, s.Key)})
	}
	return out
}
