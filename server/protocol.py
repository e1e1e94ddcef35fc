"""uvicorn's HTTP protocol, speaking OSS also to those whose request is not HTTP."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .errors import OSSError
from .middleware import new_request_id
from .response import XML_TYPE


class OSSHttpProtocol(HttpToolsProtocol):
    """Answers what the parser cannot read with OSS's XML; such a request never reaches the application."""

    def send_400_response(self, msg: str) -> None:
        """Write the refusal and close: behind a broken request nobody knows where the next one begins."""
        request_id = new_request_id()
        body = OSSError("InvalidRequest", msg).xml(request_id, "")
        head = (
            "HTTP/1.1 400 Bad Request\r\nserver: AliyunOSS\r\nconnection: close\r\n"
            f"content-type: {XML_TYPE}\r\ncontent-length: {len(body)}\r\nx-oss-request-id: {request_id}\r\n"
        )
        date = b"".join(name + b": " + value + b"\r\n" for name, value in self.server_state.default_headers)
        self.transport.write(head.encode("ascii") + date + b"\r\n" + body)
        self.transport.close()

    def shutdown(self) -> None:
        """End an idle connection when the server stops.

        Under TLS a polite end waits half a minute for the client's answer, which one that is idle too does not give:
        the server would not stop before its patience is over. There is nothing left to send, so it is cut.
        """
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle and self.scheme == "https" and not self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().shutdown()
