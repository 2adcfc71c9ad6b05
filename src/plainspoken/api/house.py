"""The API put together, and the document that describes it (OpenAPI 3.1)."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.types import DictStrAny

from plainspoken.api import cases, choices, customers, ledger, mail, problems, search, verbs
from plainspoken.api.door import Token

ABOUT = (
    "Programs of the firm read and work on cases by the same actions, under the same rules, as people do at the"
    " desk. A program shows the token that an administrator made for it. It sees what its unit sees; what it may"
    " not see is not found. Errors are problem documents (RFC 9457); their words follow Accept-Language (zh, en)."
)


class Body(Parser):
    def parse_body(self, request: HttpRequest) -> DictStrAny:
        try:
            return super().parse_body(request)
        except RecursionError:
            raise HttpError(400, "nested too deeply") from None


class Written(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


class API(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Such as `verbs.take`."""
        view = operation.view_func
        return f"{view.__module__.rpartition('.')[2]}.{view.__name__}"

    def get_openapi_schema(self, **given: Any) -> Any:
        """Problems are told in their own media type."""
        schema = super().get_openapi_schema(**given)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, told in operation["responses"].items():
                    if int(status) >= 400:
                        told["content"] = {problems.MEDIA_TYPE: {"schema": PROBLEM}}
        return schema


PROBLEM = {"$ref": "#/components/schemas/Problem"}

api = API(
    title="Plainspoken",
    version="1",
    description=ABOUT,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    auth=Token(),
    parser=Body(),
    renderer=Written(),
)
api.add_router("/v1/cases", cases.router)
api.add_router("/v1/cases", verbs.router)
api.add_router("/v1/customers", customers.router)
api.add_router("/v1/search", search.router)
api.add_router("/v1/mailboxes", mail.router)
api.add_router("/v1/ledger", ledger.router)
api.add_router("/v1/choices", choices.router)
problems.install(api)


def document() -> dict[str, Any]:
    """As it is served and committed."""
    return dict(json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/"))))
