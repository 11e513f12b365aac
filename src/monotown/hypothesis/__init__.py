"""Scientific staffing as an indicator of quality of life: a regional panel, few clusters."""
