"""Which rules of the kernel's own tables serve which duties."""

from plainspoken.kernel import controls

controls.register("constraint", "kernel_measure_day_once", ["1.1d", "6.2.1a"])
controls.register("constraint", "read_append_only", ["5.1.4d", "5.4.3b"])
controls.register("constraint", "ledger_entry_append_only", ["2b"])
