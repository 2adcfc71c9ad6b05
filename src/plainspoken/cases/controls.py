"""Which rules of the cases' tables serve which duties."""

from plainspoken.kernel import controls

controls.register("constraint", "cases_inquiry_edges", ["5.4.1a"])
controls.register("constraint", "cases_case_judged_when_triaged", ["4.3.1c", "4.3.1d"])
controls.register("constraint", "cases_case_owned_when_in_work", ["3.2c", "3.2d"])
controls.register("constraint", "cases_merger_into_another", ["4.3.1b"])
controls.register("constraint", "cases_handover_one_open", ["4.3.1g"])
