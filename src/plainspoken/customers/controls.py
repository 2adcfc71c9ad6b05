"""Which rules of the customers' tables serve which duties."""

from plainspoken.kernel import controls

controls.register("constraint", "customers_contactpoint_masked", ["5.1.4a"])
controls.register("constraint", "customers_identifier_masked", ["5.1.4a"])
