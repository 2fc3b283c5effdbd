// As Jupyter's page does: a token from the cookie, a kernel by REST, cells by a WebSocket.
const cookie = (name) => document.cookie.match(`\\b${name}=([^;]*)\\b`)?.[1];

async function start() {
  const asked = await fetch("api/kernels", {
    method: "POST",
    headers: { "X-XSRFToken": cookie("_xsrf") ?? "" },
  });
  if (!asked.ok) throw new Error(await asked.text());
  const { id } = await asked.json();
  const at = new URL(`api/kernels/${id}/channels`, location.href);
  at.protocol = at.protocol.replace("http", "ws");
  const socket = new WebSocket(at);
  socket.onopen = () => {
    document.getElementById("kernel").textContent = "idle";
  };
  socket.onclose = () => {
    document.getElementById("kernel").textContent = "gone";
  };
  socket.onmessage = ({ data }) => {
    document.getElementById("out").textContent = JSON.parse(data).text;
  };
  document.getElementById("cell").onsubmit = (event) => {
    event.preventDefault();
    socket.send(JSON.stringify({ code: document.getElementById("code").value }));
  };
}

start().catch((err) => {
  document.getElementById("kernel").textContent = err.message;
});
