package api

// A UserChange is the document of a person as it is sent to change them. What is left
// out stays, and so does what the sender may not change.
type UserChange struct {
	Email       *string `json:"email,omitempty"`
	Admin       *bool   `json:"admin,omitempty"`
	Active      *bool   `json:"active,omitempty"`
	Credentials *struct {
		Public *string `json:"public,omitempty" doc:"ssh public key, one line"`
	} `json:"credentials,omitempty"`
	Usage *UsageChange `json:"usage,omitempty"`
}

// UsageChange is what administrators let a person use; 0 is no limit.
type UsageChange struct {
	Prio      *Number `json:"prio,omitempty" doc:"0 to 100"`
	QuotaTime *Number `json:"quota_time,omitempty" doc:"seconds of run time"`
	QuotaCPU  *Number `json:"quota_cpu,omitempty" doc:"cpu seconds"`
	QuotaRAM  *Number `json:"quota_ram,omitempty" doc:"GB seconds"`
	QuotaGPU  *Number `json:"quota_gpu,omitempty" doc:"gpu seconds"`
	QuotaDisk *Number `json:"quota_disk,omitempty" doc:"bytes"`
}

// A ProjectChange is the document of a project as it is sent; what is left out stays.
type ProjectChange struct {
	ID          string    `json:"id,omitempty"`
	Description *string   `json:"description,omitempty"`
	Members     *[]string `json:"members,omitempty"`
	Prio        *Number   `json:"prio,omitempty" doc:"0 to 100"`
	QuotaCPU    *Number   `json:"quota_cpu,omitempty" doc:"cpu seconds in the window; 0 = no limit"`
	QuotaRAM    *Number   `json:"quota_ram,omitempty" doc:"GB seconds in the window; 0 = no limit"`
	QuotaTime   *Number   `json:"quota_time,omitempty" doc:"seconds of run time in the window; 0 = no limit"`
	QuotaGPU    *Number   `json:"quota_gpu,omitempty" doc:"gpu seconds in the window; 0 = no limit"`
	QuotaDisk   *Number   `json:"quota_disk,omitempty" doc:"bytes; 0 = no limit"`
	Volumes     *[]Volume `json:"volumes,omitempty"`
}

// Message says what was done.
type Message struct {
	Msg string `json:"msg"`
}

// DayUsage is what was used on one day.
type DayUsage struct {
	Date string  `json:"date" example:"2026_3_7" doc:"year, month and day, in UTC, not padded"`
	CPU  float64 `json:"cpu" doc:"cpu seconds"`
	RAM  float64 `json:"ram" doc:"GB seconds"`
	Time float64 `json:"time" doc:"seconds of run time"`
	GPU  float64 `json:"gpu" doc:"gpu seconds"`
}
