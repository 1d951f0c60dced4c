"""A service provider on pysaml2, with every check of the library on.

Reads one JSON object from standard input (see `Settings` in pysaml2.ts), answers on a free loopback port and prints its
address. Ends when standard input does. It holds one person: what it accepted last is at /state.
"""

import base64
import html
import json
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, BINDING_SOAP
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.metadata import entity_descriptor
from saml2.sigver import verify_redirect_signature

# The library takes a message out of its SOAP envelope by writing it anew. Under other prefixes than it came with, no
# signature of anybody's would verify.
for prefix, namespace in {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}.items():
    ElementTree.register_namespace(prefix, namespace)

BINDINGS = {"redirect": BINDING_HTTP_REDIRECT, "post": BINDING_HTTP_POST}


class Refused(Exception):
    """What the library does not say by an exception of its own."""


def configuration(settings, url):
    """pysaml2 at its strictest; the identity provider is known by its metadata, which has to be signed."""
    config = SPConfig()
    config.load(
        {
            "entityid": settings["entityId"],
            "xmlsec_binary": shutil.which("xmlsec1"),
            "key_file": settings["keyFile"],
            "cert_file": settings["certificateFile"],
            "encryption_keypairs": [{"key_file": settings["keyFile"], "cert_file": settings["certificateFile"]}],
            "metadata": {"remote": [{"url": settings["metadata"], "cert": settings["metadataCertificateFile"]}]},
            "only_use_keys_in_metadata": True,
            "accepted_time_diff": 0,
            # Attributes named by claim URIs are in no map of the library; without this it drops them.
            "allow_unknown_attributes": True,
            "service": {
                "sp": {
                    "endpoints": {
                        "assertion_consumer_service": [(f"{url}/acs", BINDING_HTTP_POST)],
                        "single_logout_service": [
                            (f"{url}/slo", BINDING_HTTP_REDIRECT),
                            (f"{url}/slo", BINDING_HTTP_POST),
                            (f"{url}/slo/soap", BINDING_SOAP),
                        ],
                    },
                    # Here, and not above, where the library goes on signing with SHA-1.
                    "signing_algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                    "digest_algorithm": "http://www.w3.org/2001/04/xmlenc#sha256",
                    "authn_requests_signed": settings["signRequests"],
                    "logout_requests_signed": True,
                    "logout_responses_signed": True,
                    "want_response_signed": True,
                    "want_assertions_signed": True,
                    "allow_unsolicited": False,
                }
            },
        }
    )
    # The library reads this in any role: a LogoutRequest without a signature is refused.
    config.setattr("idp", "want_authn_requests_signed", True)
    return config


class Provider:
    def __init__(self, settings, url):
        self.client = Saml2Client(config=configuration(settings, url))
        if not self.client.metadata.metadata[settings["metadata"]].signed():
            raise Refused("the metadata is not signed")
        (self.identity_provider,) = self.client.metadata.identity_providers()
        self.outstanding = {}
        self.session = None
        self.last = {"state": "nobody"}

    def login(self, query):
        request, info = self.client.prepare_for_authenticate(
            self.identity_provider,
            relay_state=query.get("relay_state", ""),
            binding=BINDINGS[query.get("binding", "redirect")],
            nameid_format=query.get("name_id_format"),
            **({"force_authn": "true"} if "force" in query else {}),
        )
        self.outstanding[request] = "/"
        return info

    def accept(self, form):
        response = self.client.parse_authn_request_response(
            form["SAMLResponse"], BINDING_HTTP_POST, outstanding=self.outstanding
        )
        if response is None or response.assertion is None:
            raise Refused("no assertion was accepted")
        del self.outstanding[response.in_response_to]
        info = response.session_info()
        context, _, instant = info["authn_info"][0]
        self.session = info["name_id"]
        self.last = {
            "state": "signed in",
            "issuer": info["issuer"],
            "nameId": info["name_id"].text,
            "nameIdFormat": info["name_id"].format,
            "nameQualifier": info["name_id"].name_qualifier,
            "spNameQualifier": info["name_id"].sp_name_qualifier,
            "sessionIndex": info["session_index"],
            "authnInstant": instant,
            "context": context,
            "attributes": info["ava"],
            "relayState": form.get("RelayState", ""),
            # The library puts what it has decrypted in the place of what came.
            "encrypted": b"EncryptedAssertion" in base64.b64decode(form["SAMLResponse"]),
            "signatureAlgorithm": response.response.signature.signed_info.signature_method.algorithm,
            "digestAlgorithm": response.response.signature.signed_info.reference[0].digest_method.algorithm,
        }
        return f"Welcome {info['name_id'].text}"

    def logout(self, query):
        answers = self.client.do_logout(
            self.session,
            [self.identity_provider],
            "urn:oasis:names:tc:SAML:2.0:logout:user",
            None,
            expected_binding=BINDINGS[query.get("binding", "redirect")],
        )
        _, info = answers[self.identity_provider]
        return info

    def single_logout(self, message, binding):
        """A LogoutRequest is answered; a LogoutResponse ends what was begun here."""
        if "SAMLRequest" in message:
            info = self.client.handle_logout_request(
                message["SAMLRequest"],
                self.session,
                binding,
                relay_state=message.get("RelayState"),
                sigalg=message.get("SigAlg"),
                signature=message.get("Signature"),
            )
            # Whom the library did not let go is still there, and the answer says so.
            if self.session is not None and not self.client.is_logged_in(self.session):
                self.session = None
                self.last = {"state": "logged out by the identity provider"}
            return info
        if binding == BINDING_HTTP_REDIRECT:
            self.check_query(message)
        response = self.client.parse_logout_request_response(message["SAMLResponse"], binding)
        if response is None or response.response.in_response_to not in self.client.state:
            raise Refused("the LogoutResponse answers nothing that was asked")
        if binding == BINDING_HTTP_POST and response.response.signature is None:
            raise Refused("the LogoutResponse is not signed")
        self.client.handle_logout_response(response)
        self.session = None
        self.last = {"state": "logged out"}
        return "Logged out"

    def check_query(self, message):
        """The library leaves the signature of a LogoutResponse in a query to its caller."""
        certificates = self.client.metadata.certs(self.identity_provider, "any", "signing")
        if "Signature" not in message or not any(
            verify_redirect_signature(message, self.client.sec.sec_backend, certificate)
            for _, certificate in certificates
        ):
            raise Refused("the query's signature does not verify")


class Handler(BaseHTTPRequestHandler):
    provider = None
    # A browser may hold several connections; the provider takes one request at a time.
    lock = threading.Lock()

    def do_GET(self):
        self.answer(urlsplit(self.path).query)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.answer(body)

    def answer(self, text):
        path = urlsplit(self.path).path
        post = self.command == "POST"
        fields = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
        try:
            with self.lock:
                if path == "/login":
                    self.send_info(self.provider.login(fields))
                elif path == "/logout":
                    self.send_info(self.provider.logout(fields))
                elif path == "/acs" and post:
                    self.page(200, self.provider.accept(fields))
                elif path == "/slo":
                    self.send_info(self.provider.single_logout(fields, BINDING_HTTP_POST if post else BINDING_HTTP_REDIRECT))
                elif path == "/slo/soap" and post:
                    self.send_info(self.provider.single_logout({"SAMLRequest": text}, BINDING_SOAP))
                elif path == "/metadata":
                    self.send(200, "application/samlmetadata+xml", str(entity_descriptor(self.provider.client.config)))
                elif path == "/state":
                    self.send(200, "application/json", json.dumps(self.provider.last))
                else:
                    self.page(404, "Nothing here")
        except Exception as error:  # Whatever the library throws is its refusal.
            self.page(400, f"refused: {type(error).__name__}: {error}")

    def send_info(self, info):
        """What the library wants sent: a redirect, a page that posts itself, or an answer by SOAP."""
        if isinstance(info, str):
            return self.page(200, info)
        headers = dict(info["headers"])
        if "Location" in headers:
            self.send_response(303)
            self.send_header("Location", headers["Location"])
            self.send_header("Content-Length", "0")
            return self.end_headers()
        kind = {name.lower(): value for name, value in headers.items()}["content-type"]
        return self.send(200, kind, info["data"])

    def page(self, status, text):
        body = f"<!doctype html><title>Application</title><p>{html.escape(text)}</p>"
        self.send(status, "text/html; charset=utf-8", body)

    def send(self, status, kind, body):
        octets = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_):
        pass


def main():
    settings = json.loads(sys.stdin.readline())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    url = f"http://localhost:{server.server_port}"
    Handler.provider = Provider(settings, url)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"url": url}), flush=True)
    sys.stdin.read()


main()
