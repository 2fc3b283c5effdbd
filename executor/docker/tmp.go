package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"
	"golang.org/x/sys/unix"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// tmpStorage reports whether tasks can have temporary storage.
func (e *Engine) tmpStorage() bool {
	return e.cfg.TmpDriver != "" || e.local && e.cfg.TmpDir != ""
}

func checkTmp(cfg *Config) error {
	switch {
	case cfg.TmpDir != "" && cfg.TmpDriver != "":
		return errors.New("tmp_dir and tmp_driver: want one of them, not both")
	case cfg.TmpDir != "" && !filepath.IsAbs(cfg.TmpDir):
		return fmt.Errorf("tmp_dir: want an absolute path, got %q", cfg.TmpDir)
	case len(cfg.TmpOptions) > 0 && cfg.TmpDriver == "":
		return errors.New("tmp_options: are those of a tmp_driver, and there is none")
	case cfg.TmpDriver == "":
		return nil
	case cfg.TmpOptions == nil:
		cfg.TmpOptions = map[string]string{"size": sizePlace}
	}
	for _, value := range cfg.TmpOptions {
		if strings.Contains(value, sizePlace) {
			return nil
		}
	}
	return fmt.Errorf("tmp_options: want %s in one of the values, or the storage would have no limit", sizePlace)
}

// Temporary storage is a file with a file system in it, which the engine mounts from a
// loop device. The file has its full size from the beginning, so that a task has what
// it asked for, and no more. File, device and volume are found by the attempt's name
// alone, whatever a crash left of them. Where the site has a volume driver for it, the
// driver does all this.

func (e *Engine) tmpFile(name string) string { return filepath.Join(e.cfg.TmpDir, name+".img") }

func tmpVolume(name string) string { return name + "-tmp" }

// tmpMount is where the container sees it.
func tmpMount(a executor.Assignment) mount.Mount {
	return mount.Mount{Type: mount.TypeVolume, Source: tmpVolume(a.Name()), Target: "/tmp-data", VolumeOptions: &mount.VolumeOptions{NoCopy: true}}
}

// makeTmp sees to it that the attempt's temporary storage is there.
func (e *Engine) makeTmp(ctx context.Context, a executor.Assignment) error {
	if e.cfg.TmpDriver != "" {
		return e.driveTmp(ctx, a)
	}
	e.tmp.Lock() // one at a time: they write to one disk
	defer e.tmp.Unlock()
	name := a.Name()
	device, err := loopOf(ctx, e.tmpFile(name))
	if err != nil {
		return err
	}
	got, err := e.api.VolumeInspect(ctx, tmpVolume(name), client.VolumeInspectOptions{})
	switch {
	case err == nil && device != "" && got.Volume.Options["device"] == device:
		return nil
	case err != nil && !errdefs.IsNotFound(err):
		return err
	}
	if err := e.dropUnstarted(ctx, name); err != nil {
		return err
	}
	if err := e.removeTmp(ctx, name); err != nil {
		return err
	}
	if err := e.formatTmp(ctx, a); err != nil {
		if rmErr := os.Remove(e.tmpFile(name)); !errors.Is(rmErr, os.ErrNotExist) {
			err = errors.Join(err, rmErr)
		}
		return err
	}
	if device, err = run(ctx, "losetup", "--find", "--show", e.tmpFile(name)); err != nil {
		return err
	}
	_, err = e.api.VolumeCreate(ctx, client.VolumeCreateOptions{Name: tmpVolume(name), Driver: "local",
		Labels:     map[string]string{dockerapi.LabelCluster: a.Cluster},
		DriverOpts: map[string]string{"type": "ext4", "device": device, "o": "nosuid,nodev"}})
	return err
}

const sizePlace = "{size}"

// driveTmp has the driver make the storage. For one that is there already this does
// nothing; without the driver, the task waits for it to come back.
func (e *Engine) driveTmp(ctx context.Context, a executor.Assignment) error {
	options := map[string]string{}
	for name, value := range e.cfg.TmpOptions {
		options[name] = strings.ReplaceAll(value, sizePlace, strconv.FormatInt(a.Tmp, 10))
	}
	_, err := e.api.VolumeCreate(ctx, client.VolumeCreateOptions{Name: tmpVolume(a.Name()), Driver: e.cfg.TmpDriver,
		DriverOpts: options, Labels: map[string]string{dockerapi.LabelCluster: a.Cluster}})
	switch {
	case err == nil || !dockerapi.Answered(err):
		return err
	case errdefs.IsNotFound(err): // the driver; and not the image, for which others would take this error
		return errors.New("temporary storage: " + dockerapi.Words(err))
	default:
		return fmt.Errorf("%w: temporary storage: %s", executor.ErrEngine, dockerapi.Words(err))
	}
}

// dropUnstarted removes a container that was to have a storage which is no more, as
// the machine was started anew in between.
func (e *Engine) dropUnstarted(ctx context.Context, name string) error {
	got, err := e.api.ContainerInspect(ctx, name, client.ContainerInspectOptions{})
	if errdefs.IsNotFound(err) || err == nil && got.Container.State.Status != container.StateCreated {
		return nil
	}
	if err == nil {
		_, err = e.api.ContainerRemove(ctx, name, client.ContainerRemoveOptions{})
	}
	return err
}

// formatTmp makes the file, of its full size, with an empty file system, which the
// runner gives to the user.
func (e *Engine) formatTmp(ctx context.Context, a executor.Assignment) error {
	var disk unix.Statfs_t
	if err := unix.Statfs(e.cfg.TmpDir, &disk); err != nil {
		return fmt.Errorf("tmp_dir: %w", err)
	}
	if uint64(a.Tmp) > disk.Blocks*uint64(disk.Bsize) {
		return fmt.Errorf("%w: the node has not so much temporary storage, not even when nothing else uses it", executor.ErrCannotStart)
	}
	f, err := os.OpenFile(e.tmpFile(a.Name()), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = unix.Fallocate(int(f.Fd()), 0, 0, a.Tmp)
	if errors.Is(err, unix.EOPNOTSUPP) {
		err = f.Truncate(a.Tmp)
	}
	if err := errors.Join(err, f.Close()); errors.Is(err, unix.ENOSPC) {
		return executor.Scarce{What: "the node's temporary storage is used by others"}
	} else if err != nil {
		return err
	}
	_, err = run(ctx, "mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal",
		"-E", "nodiscard", e.tmpFile(a.Name()))
	return err
}

// removeTmp takes away whatever there is of an attempt's temporary storage.
func (e *Engine) removeTmp(ctx context.Context, name string) error {
	if e.cfg.TmpDriver != "" {
		return e.removeVolume(ctx, name)
	}
	if _, err := os.Lstat(e.tmpFile(name)); errors.Is(err, os.ErrNotExist) {
		return nil // the file is the first to come and the last to go
	}
	if err := e.removeVolume(ctx, name); err != nil {
		return err
	}
	for range 8 { // of several tries, each may have left a device
		device, err := loopOf(ctx, e.tmpFile(name))
		if err != nil {
			return err
		}
		if device == "" {
			return os.Remove(e.tmpFile(name))
		}
		if _, err := run(ctx, "losetup", "--detach", device); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s is in use", e.tmpFile(name))
}

func (e *Engine) removeVolume(ctx context.Context, name string) error {
	_, err := e.api.VolumeRemove(ctx, tmpVolume(name), client.VolumeRemoveOptions{})
	if errdefs.IsNotFound(err) {
		return nil
	}
	return err
}

// loopOf is the loop device of a file, "" if it has none.
func loopOf(ctx context.Context, file string) (string, error) {
	if _, err := os.Lstat(file); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	out, err := run(ctx, "losetup", "--noheadings", "--output", "NAME", "--associated", file)
	device, _, _ := strings.Cut(out, "\n")
	return strings.TrimSpace(device), err
}

// run runs one of the system's programs and returns what it prints.
func run(ctx context.Context, name string, args ...string) (string, error) {
	var said strings.Builder
	c := exec.CommandContext(ctx, name, args...)
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
