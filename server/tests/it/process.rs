//! The binary as a process of its own, in a folder of its own, with no setting of the machine's.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// Far longer than any start takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// Where a process runs; gone with the test.
pub struct Place {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

/// A process that is ready. It is killed when it is dropped.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
    output: BufReader<ChildStdout>,
    /// What it printed up to the ready line and the words after it.
    pub printed: String,
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

impl Place {
    pub fn new() -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
            settings: Vec::new(),
        };
        place.with("METRICS__LISTEN", "")
    }

    /// With this variable, without its prefix.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let name = format!("GATEHOUSE_{name}");
        self.settings.retain(|(known, _)| *known != name);
        self.settings.push((name, value.to_owned()));
        self
    }

    /// With all that anything of the process has to say in its log.
    pub fn talkative(mut self) -> Self {
        self.settings.push(("RUST_LOG".into(), "trace".into()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatehouse"));
        command
            .args(arguments)
            .env_clear()
            .envs(self.settings.iter().cloned())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs it to its end.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        timeout(PATIENCE, self.command(arguments).output())
            .await
            .expect("it does not end")
            .unwrap()
    }

    /// Runs it to its end, with this on its standard input.
    pub async fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        timeout(PATIENCE, child.wait_with_output())
            .await
            .expect("it does not end")
            .unwrap()
    }

    /// Runs it at a terminal, where each question is waited for before it is answered: its exit code, and all that the
    /// terminal shows.
    pub async fn at_a_terminal(&self, arguments: &str, answers: &[(&str, &str)]) -> (Option<i32>, String) {
        let command = format!("{} {arguments}", env!("CARGO_BIN_EXE_gatehouse"));
        let mut child = Command::new("script")
            .args(["--quiet", "--return", "--command", &command, "/dev/null"])
            .envs(self.settings.iter().cloned())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("script (of bsdutils) makes a terminal for tests");
        let mut typed = child.stdin.take().unwrap();
        let mut shown = child.stdout.take().unwrap();
        let mut text = String::new();
        let talk = async {
            let mut buffer = [0; 1024];
            for (question, answer) in answers {
                while !text.ends_with(question) {
                    let read = shown.read(&mut buffer).await.unwrap();
                    assert!(read > 0, "it ended: {text}");
                    text.push_str(&String::from_utf8_lossy(&buffer[..read]));
                }
                typed.write_all(format!("{answer}\n").as_bytes()).await.unwrap();
            }
            shown.read_to_string(&mut text).await.unwrap();
            child.wait().await.unwrap().code()
        };
        let code = timeout(PATIENCE, talk).await.expect("it does not end");
        (code, text)
    }

    /// Starts the server on a free port and waits until it is ready.
    pub async fn serve(&self, arguments: &[&str]) -> Running {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let listen = address.to_string();
        let arguments = [&["serve", "--listen", &listen][..], arguments].concat();
        let errors = std::fs::File::create(self.path("log")).unwrap();
        let mut child = self
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        let ready = async {
            while !printed.contains("Sign in as ") {
                if output.read_line(&mut printed).await.unwrap() == 0 {
                    panic!("it ended: {printed} {}", self.log());
                }
            }
        };
        timeout(PATIENCE, ready).await.expect("it does not get ready");
        Running {
            child,
            address,
            output,
            printed,
        }
    }

    /// What the last server wrote to standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap()
    }
}

impl Running {
    /// Asks it to end, as a service manager does: its exit code, and all that it printed.
    pub async fn stop(mut self) -> (Option<i32>, String) {
        let id = self.child.id().unwrap().to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        assert!(killed.success());
        let status = timeout(PATIENCE, self.child.wait())
            .await
            .expect("it does not stop")
            .unwrap();
        self.output.read_to_string(&mut self.printed).await.unwrap();
        (status.code(), self.printed)
    }
}
